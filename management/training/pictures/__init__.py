"""What is drawn of a training and of what was measured.

Only who draws imports these modules, and late: it takes a second to load Matplotlib.
"""
