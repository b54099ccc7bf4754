"""Strokes to pixels, as the page's canvas draws them: smooth lines of one width with round ends.

The curve is the page's own (static/js/canvas/rendering.js): each point pulls it towards itself, and it goes
through the midpoints between them.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from management.training.datasets.drawings import Strokes

CANVAS_SIZE = 280
"""Side of the page's canvas, in pixels: CANVAS_SIZE of static/js/canvas/drawing.js."""

PEN_WIDTH = 18.0
"""The width of the page's pen, in pixels: DEFAULT_PEN_WIDTH of static/js/canvas/pen_width.js."""

_STEPS = 3
"""Straight pieces for each curve between two midpoints; pens give points every few pixels."""

_FRACTION_BITS = 4
"""OpenCV takes coordinates as whole numbers of 1/16 of a pixel."""


def render(strokes: Strokes, *, width: float, shape: tuple[int, int], supersampling: int = 2) -> np.ndarray:
    """Strokes in pixels, drawn with a pen of `width` pixels: (height, width) uint8 of `shape`, paper 0."""
    height, breadth = shape
    ink = np.zeros((height * supersampling, breadth * supersampling), np.uint8)
    pen = width * supersampling
    for stroke in strokes:
        points = smooth(stroke) * supersampling + (supersampling - 1) / 2
        fixed = np.round(points * (1 << _FRACTION_BITS)).astype(np.int32)
        if np.ptp(points, axis=0).max() < 0.5:
            x, y = fixed[0].tolist()
            radius = round(pen / 2 * (1 << _FRACTION_BITS))
            cv2.circle(ink, (x, y), radius, (255,), cv2.FILLED, cv2.LINE_AA, _FRACTION_BITS)
        else:
            cv2.polylines(ink, [fixed], False, (255,), max(1, round(pen)), cv2.LINE_AA, _FRACTION_BITS)
    if supersampling == 1:
        return ink
    return np.asarray(cv2.resize(ink, (breadth, height), interpolation=cv2.INTER_AREA))


def smooth(stroke: np.ndarray) -> np.ndarray:
    """The stroke's (n, 2) points to more points along the page's curve of quadratic Béziers."""
    if len(stroke) < 3:
        return stroke
    middles = (stroke[1:-1] + stroke[2:]) / 2
    starts, pulls = np.concatenate((stroke[:1], middles[:-1])), stroke[1:-1]
    t = (np.arange(1, _STEPS + 1, dtype=np.float32) / _STEPS)[np.newaxis, :, np.newaxis]
    curves = (1 - t) ** 2 * starts[:, None] + 2 * t * (1 - t) * pulls[:, None] + t**2 * middles[:, None]
    return np.concatenate((stroke[:1], curves.reshape(-1, 2), stroke[-1:]))


def bounds(strokes: Strokes) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest (x, y) of all points."""
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def scale_to(strokes: Strokes, *, size: float, width: float) -> tuple[list[np.ndarray], np.ndarray]:
    """Strokes, scaled so that the longer side of their ink, drawn by a pen of `width`, is `size` pixels long.

    The ink begins at the origin. The second value is its (x, y) extent, in pixels.
    """
    low, high = bounds(strokes)
    scale = max(size - width, 1) / max(float((high - low).max()), 1e-3)
    return [(stroke - low) * scale + width / 2 for stroke in strokes], (high - low) * scale + width


def draw_on_canvas(strokes: Sequence[np.ndarray]) -> np.ndarray:
    """The ink of strokes of (n, 2) float32: (280, 280) uint8, paper 0.

    They are moved into the canvas, and scaled down only where they do not fit: a digit's position does not
    matter, but its size beside the pen's width does.
    """
    points = np.concatenate(strokes)
    lowest = points.min(axis=0)
    extent, room = float(np.ptp(points, axis=0).max()), CANVAS_SIZE - 2 * PEN_WIDTH
    scale = min(1.0, room / extent) if extent else 1.0
    placed = [((stroke - lowest) * scale + PEN_WIDTH).astype(np.float32) for stroke in strokes]
    return render(placed, width=PEN_WIDTH, shape=(CANVAS_SIZE, CANVAS_SIZE))
