"""Strokes as the page's canvas would show them."""

from collections.abc import Sequence

import numpy as np

from management.training.rendering import render

CANVAS_SIZE = 280
"""Side of the page's paper, in pixels: PAPER_SIZE of static/js/sheet/drawing.js."""

PEN_WIDTH = 18.0
"""Of the page's pen, in pixels: PEN_WIDTH of static/js/sheet/rendering.js."""


def draw_on_canvas(strokes: Sequence[np.ndarray]) -> np.ndarray:
    """The ink of strokes of (n, 2) float32: (280, 280) uint8, paper 0.

    They are moved into the canvas, and made smaller where they do not fit: where a digit lies decides
    nothing, but how thick the pen is beside it does. So a drawing that fits keeps its size.
    """
    points = np.concatenate(strokes)
    lowest = points.min(axis=0)
    extent, room = float(np.ptp(points, axis=0).max()), CANVAS_SIZE - 2 * PEN_WIDTH
    scale = min(1.0, room / extent) if extent else 1.0
    placed = [((stroke - lowest) * scale + PEN_WIDTH).astype(np.float32) for stroke in strokes]
    return render(placed, width=PEN_WIDTH, shape=(CANVAS_SIZE, CANVAS_SIZE))
