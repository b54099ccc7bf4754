"""Reducing large drawings to a bounded size: a digit needs fewer pixels than a photograph has."""

import math

import cv2
import numpy as np

from mnistsite.types import Box

MAX_PIXELS = 1 << 20
"""Of the ink that is read. The default settings let in drawings of four times as many."""


def reduce(ink: np.ndarray) -> tuple[np.ndarray, int]:
    """The ink on a copy of at most MAX_PIXELS, and the divisor of each side, mostly 1.

    ink: (height, width) uint8, paper 0, as in the copy. Each of its pixels is the mean of a square. Squares
    at the right and at the bottom may reach beyond the ink, where there is paper. The ink is first made
    stronger, up to 255, so that the mean of a square with one faint pixel is more than 0.
    """
    factor = 1
    while math.prod(sides := [math.ceil(side / factor) for side in ink.shape]) > MAX_PIXELS:
        factor += 1
    if factor == 1:
        return ink, factor
    beyond = [reduced * factor - side for reduced, side in zip(sides, ink.shape, strict=True)]
    strong = ink * np.uint8(255 // max(1, int(ink.max())))
    padded = cv2.copyMakeBorder(strong, 0, beyond[0], 0, beyond[1], cv2.BORDER_CONSTANT, value=(0,))
    return cv2.resize(padded, sides[::-1], interpolation=cv2.INTER_AREA), factor


def enlarge_box(box: Box, factor: int, shape: tuple[int, ...]) -> Box:
    """Where a box of reduced ink lies in the whole ink, whose (height, width) is `shape`."""
    height, width = shape
    x, y = box.x * factor, box.y * factor
    right, below = min((box.x + box.width) * factor, width), min((box.y + box.height) * factor, height)
    return Box(x=x, y=y, width=right - x, height=below - y)
