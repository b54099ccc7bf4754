"""Strokes as ink."""

from collections.abc import Sequence

import cv2
import numpy as np

_FRACTIONAL_BITS = 4
"""OpenCV takes coordinates as whole numbers; with these, of sixteenths of a pixel."""

_INK = (255,)


def render(strokes: Sequence[np.ndarray], *, width: float, shape: tuple[int, int]) -> np.ndarray:
    """The ink of strokes, each (n, 2) float32 of x and y in pixels, by a round pen of this width in pixels.

    Returns (height, width) uint8 of that shape, paper 0.
    """
    ink: np.ndarray = np.zeros(shape, np.uint8)
    for stroke in strokes:
        points = np.round(stroke * (1 << _FRACTIONAL_BITS)).astype(np.int32)
        if len(np.unique(points, axis=0)) == 1:
            _dot(ink, points[0], width=width)
        else:
            thickness = max(1, round(width))
            cv2.polylines(ink, [points], False, _INK, thickness, cv2.LINE_AA, shift=_FRACTIONAL_BITS)
    return ink


def _dot(ink: np.ndarray, point: np.ndarray, *, width: float) -> None:
    radius = round(width / 2 * (1 << _FRACTIONAL_BITS))
    centre = (int(point[0]), int(point[1]))
    cv2.circle(ink, centre, radius, _INK, cv2.FILLED, cv2.LINE_AA, shift=_FRACTIONAL_BITS)
