"""A drawing's ink taken apart, and put together to the digits that it most likely shows.

Components are cut into pieces, more than there are digits; the lattice has all runs of pieces that may be a
digit, and the best path through it is the number.
"""
