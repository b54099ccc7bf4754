"""The training of the parameters that the site serves, and their evaluation."""
