"""Taking a drawing's ink apart, and putting it together to the digits that it most likely shows.

Components are cut into more pieces than there are digits. The lattice has all runs of pieces that may be a
digit, and the best path through it is the number.
"""
