"""What the network looks at, a field of 28x28, and how many answers it has."""

FIELD_SIZE = 28
"""Side of the square field that the network sees, in pixels."""

DIGIT_SIZE = 20
"""Side of the square that a digit's box is scaled into, in pixels."""

DIGITS = 10

MAX_MINIBATCH = 32
"""Fields in one forward pass at most."""
