"""Labelled digits and drawings: the files they come from, and reading them."""
