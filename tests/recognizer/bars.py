"""Ink of filled rectangles, whose components, cuts and boxes can be told beforehand."""

import numpy as np

Bar = tuple[int, int, int, int]
"""x, y, width, height."""


def bars(*filled: Bar, margin: int = 10, level: int = 255) -> np.ndarray:
    """Ink on paper that ends so many pixels from them; their origin is where the margin ends."""
    width, height = (max(bar[axis] + bar[axis + 2] for bar in filled) for axis in (0, 1))
    ink = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    for x, y, wide, high in filled:
        ink[margin + y : margin + y + high, margin + x : margin + x + wide] = level
    return ink
