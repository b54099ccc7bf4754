"""How people's digits lie on the page's canvas: what a recogniser is tried with.

The same digits, drawn over the whole canvas, at half size anywhere, small in a corner, and with a thin pen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from management.training.drawings import LabelledDrawing, Strokes
from management.training.labelled import LabelledSet
from management.training.labelled.canvas import CANVAS_SIZE, PEN_WIDTH
from management.training.rendering import render, scale_to
from recognizer.preprocessing import normalize_single

Place = Callable[[np.ndarray, np.random.Generator], np.ndarray]
"""From the (x, y) room that is left on the canvas to where the digit's upper left corner goes."""


@dataclass(frozen=True, slots=True)
class Condition:
    size: float
    """Of the digit's longer side, in pixels."""
    pen: float
    """Width of the pen, in pixels."""
    place: Place


def _centre(room: np.ndarray, _random: np.random.Generator) -> np.ndarray:
    return np.asarray(room / 2)


def _anywhere(room: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.asarray(random.uniform(0, 1, 2) * room)


def _corner(room: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.asarray(random.integers(0, 2, 2) * (room - 12) + random.uniform(0, 12, 2))


CONDITIONS = {
    "whole canvas": Condition(240, PEN_WIDTH, _centre),
    "half size, anywhere": Condition(140, PEN_WIDTH, _anywhere),
    "small, in a corner": Condition(60, 10, _corner),
    "small, in a corner, the page's pen": Condition(60, PEN_WIDTH, _corner),
    "thin pen": Condition(220, 4, _centre),
}


def draw_in(strokes: Strokes, condition: Condition, random: np.random.Generator) -> np.ndarray:
    """(280, 280) uint8 grey levels: black ink on white paper."""
    placed, extent = scale_to(strokes, size=condition.size, width=condition.pen)
    offset = condition.place(CANVAS_SIZE - extent, random).astype(np.float32)
    moved = [points + offset for points in placed]
    return np.uint8(255) - render(moved, width=condition.pen, shape=(CANVAS_SIZE, CANVAS_SIZE))


def labelled_set(drawings: Sequence[LabelledDrawing], name: str, files: dict[str, str]) -> LabelledSet:
    """Drawings in a condition by its name, as the network sees them; the same each time."""
    random = np.random.default_rng(list(CONDITIONS).index(name))
    pictures = (draw_in(drawing.strokes, CONDITIONS[name], random) for drawing in drawings)
    return LabelledSet(
        name=f"pen digits: {name}",
        fields=np.stack([normalize_single(picture).field for picture in pictures]),
        labels=np.array([drawing.label for drawing in drawings], np.int8),
        writers=tuple(drawing.writer for drawing in drawings),
        files=files,
    )
