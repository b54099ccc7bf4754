"""Digits as other hands might have written them: turned, slanted, stretched and moved a little at random.

Without it the network knows its training digits by heart after a few epochs and learns no more.
Source: the affine part of Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks
Applied to Visual Document Analysis", ICDAR 2003.
"""

import numpy as np

from recognizer.fields import FIELD_SIZE

MAX_TURN = np.pi / 12
"""Either way, in radians."""

MAX_SLANT = 0.2
"""How far sideways a stroke moves for each unit upwards."""

MAX_STRETCH = 0.12
"""Of width and of height on their own, as a natural logarithm."""

MAX_SHIFT = 1.0
"""In pixels, along each axis; centring by mass is no more exact than that."""


def random_affine(*, count: int, strength: float, random: np.random.Generator) -> np.ndarray:
    """Where each of a field's pixels comes from: (count, 6) float32, the rows of 2x3 matrices.

    They map a point (x, y, 1) of the distorted field to one of the field before, both from -1 to 1 along
    each axis with the origin in the centre, as MXNet's GridGenerator takes them. strength: a factor on every
    limit; at 0 nothing changes.
    """

    def up_to(limit: float) -> np.ndarray:
        return strength * random.uniform(-limit, limit, count)

    turn, slant = up_to(MAX_TURN), up_to(MAX_SLANT)
    width, height = np.exp(up_to(MAX_STRETCH)), np.exp(up_to(MAX_STRETCH))
    across, down = up_to(2 * MAX_SHIFT / FIELD_SIZE), up_to(2 * MAX_SHIFT / FIELD_SIZE)
    cosine, sine = np.cos(turn), np.sin(turn)
    rows = (
        *(cosine * width, cosine * width * slant - sine * height, across),
        *(sine * width, sine * width * slant + cosine * height, down),
    )
    matrices: np.ndarray = np.stack(rows, axis=1).astype(np.float32)
    return matrices
