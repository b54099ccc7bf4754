"""From MNIST's files to the parameters and the card that the site serves."""
