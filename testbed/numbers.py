"""Numbers as people write them: digits of one writer, or of MNIST, beside each other in one drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from management.training.datasets.canvas import bounds, render
from management.training.datasets.drawings import LabelledDrawing, Strokes

MARGIN = 8
"""Pixels between a number and the canvas's edge, at least."""

PAGE_PEN = 18.0
"""Pixels, whatever the digits' size."""


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers are written. Pairs are bounds, between which every number has a value of its own."""

    gaps: tuple[float, float]
    """Between the boxes of neighbouring digits, in their mean width. Negative where boxes overlap."""
    canvas: tuple[int, int] = (280, 280)
    """Height and width in pixels."""
    lengths: tuple[int, int] = (2, 6)
    pens: tuple[float, float] | None = (0.03, 0.12)
    """In the digits' height, or None for the page's pen."""
    slants: tuple[float, float] = (-0.15, 0.3)
    """Pixels to the right for each pixel upwards, in addition to the slant of the writer's digits."""
    size_spread: float = 0.15
    baseline_spread: float = 0.06
    """In the digits' height."""


WIDE, NORMAL, NEARLY_TOUCHING = (0.4, 1.0), (0.1, 0.3), (-0.05, 0.05)


@dataclass(frozen=True, slots=True)
class Number:
    text: str
    ink: np.ndarray
    """(height, width) uint8, paper 0."""
    strokes: Strokes = ()
    """Empty for one that was pasted."""


def write_number(digits: Sequence[LabelledDrawing], style: Style, random: np.random.Generator) -> Number:
    """Some of a writer's digits, drawn with one pen."""
    chosen = [digits[i] for i in random.integers(len(digits), size=_length(style, random))]
    shapes = [_unit_height(digit.strokes, style, random) for digit in chosen]
    pen = random.uniform(*style.pens) if style.pens else None
    gap, slant = random.uniform(*style.gaps), random.uniform(*style.slants)
    height = style.canvas[0] * random.uniform(0.5, 0.8)
    for _ in range(8):  # Smaller until it fits: the page's pen does not shrink with the digits.
        width = pen * height if pen else PAGE_PEN
        strokes = _in_a_row([[s * max(height - width, 4) for s in shape] for shape in shapes], gap, width)
        strokes = [np.stack((s[:, 0] - slant * s[:, 1], s[:, 1]), axis=1) for s in strokes]
        low, high = bounds(strokes)
        room = np.array(style.canvas[::-1]) - 2 * MARGIN - width - (high - low)
        if (room >= 0).all():
            break
        height *= max(0.5, min(0.98, float(1 + room.min() / (high - low).max())))
    offset = MARGIN + width / 2 + random.uniform(0, 1, 2) * np.maximum(room, 0) - low
    placed = [(stroke + offset).astype(np.float32) for stroke in strokes]
    return Number(_text(chosen), render(placed, width=max(width, 1.5), shape=style.canvas), placed)


def paste_number(images: np.ndarray, labels: np.ndarray, style: Style, random: np.random.Generator) -> Number:
    """Some of MNIST's digits, (n, 28, 28) uint8 light on dark, enlarged into one row."""
    chosen = random.integers(len(labels), size=_length(style, random))
    cropped = [_cropped(images[i]) for i in chosen]
    spread = np.exp(random.uniform(-style.size_spread, style.size_spread, len(chosen)))
    aspects = np.array([image.shape[1] / image.shape[0] for image in cropped]) * spread
    gap = float(random.uniform(*style.gaps) * aspects.mean())
    width_in_heights = aspects.sum() + gap * (len(chosen) - 1)
    height, width = style.canvas
    line = min(height * random.uniform(0.5, 0.8), (width - 2 * MARGIN) / width_in_heights, height / 1.3)
    ink = np.zeros(style.canvas, np.uint8)
    top = random.uniform(0.1 * line, height - 1.2 * line)
    x = random.uniform(MARGIN, max(MARGIN + 1, width - MARGIN - width_in_heights * line))
    for image, share, aspect in zip(cropped, spread, aspects, strict=True):
        y = max(0, round(top + random.uniform(-1, 1) * style.baseline_spread * line))
        size = max(2, round(aspect * line)), max(2, round(share * line))
        patch = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
        under = ink[y : y + size[1], round(x) : round(x) + size[0]]
        np.maximum(under, patch[: under.shape[0], : under.shape[1]], out=under)
        x += (aspect + gap) * line
    return Number("".join(str(labels[i]) for i in chosen), ink)


def _length(style: Style, random: np.random.Generator) -> int:
    return int(random.integers(style.lengths[0], style.lengths[1] + 1))


def _text(digits: Sequence[LabelledDrawing]) -> str:
    return "".join(str(digit.label) for digit in digits)


def _unit_height(strokes: Strokes, style: Style, random: np.random.Generator) -> list[np.ndarray]:
    """About 1 high, or 1.3 wide where it is wider than that, and standing about on the line y = 1."""
    low, high = bounds(strokes)
    extent = np.maximum(high - low, 1)
    size = np.exp(random.uniform(-style.size_spread, style.size_spread)) / max(extent[1], extent[0] / 1.3)
    y = 1 + random.uniform(-1, 1) * style.baseline_spread - extent[1] * size
    return [(stroke - low) * size + np.array((0, y)) for stroke in strokes]


def _in_a_row(shapes: Sequence[Strokes], gap: float, width: float) -> list[np.ndarray]:
    """All strokes, each shape so far right of the one before that the gap is between their ink."""
    widths = [float(bounds(shape)[1][0]) + width for shape in shapes]
    steps = np.array(widths) + gap * np.mean(widths)
    starts = np.cumsum(steps) - steps
    return [stroke + np.array((x, 0)) for shape, x in zip(shapes, starts, strict=True) for stroke in shape]


def _cropped(image: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(image.max(axis=1) > 63), np.flatnonzero(image.max(axis=0) > 63)
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
