"""Pen strokes as the network sees them: by other hands, in many sizes and with many pens.

Like images.py, but before a pen draws the strokes: lines stay lines, as sharp and as wide as the pen is.
Source of the idea: Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks Applied to
Visual Document Analysis", ICDAR 2003.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from management.progress import bars, check_stop
from management.training.augmentation.non_digits import make_non_digit
from management.training.datasets.canvas import bounds, render, scale_to
from management.training.datasets.drawings import LabelledDrawing, Strokes
from management.training.datasets.labelled import DigitSet
from mnistsite.types import INPUT_SIZE
from recognizer.preprocessing.normalization import find_box, normalize

TURN, SLANT, STRETCH = 0.13, 0.17, 0.12
"""Standard deviations: in radians, sideways for each unit upwards, and as a natural logarithm."""

BEND = 0.035
"""Standard deviation of two slow waves along each axis, as a fraction of the drawing's longer side."""

SHIFT = 0.025
"""Standard deviation of each stroke's offset, as the same fraction."""

SIZES = (36, 130)
"""Pixels of a drawing's longer side on the page's canvas. Above a hundred, pixels no longer matter."""
LARGEST = 100

PENS = (0.03, 0.33)
"""Width of the pen, as a fraction of the drawing's longer side."""
HEAVY_PENS, HEAVY_SHARE = (0.2, 0.34), 0.25
"""A small digit drawn with the page's pen: the hardest to read, so there are more of them."""

MARGIN = 3


def rasterize_digits(digits: Sequence[LabelledDrawing], *, renderings: int, seed: int) -> DigitSet:
    """Each digit `renderings` times, by other hands, in other sizes and with other pens."""
    random = np.random.default_rng((seed, 1))
    repeated = [*digits] * renderings
    strokes = (digit.strokes for digit in repeated)
    inputs = _varied_inputs(strokes, len(repeated), random, "rendering pen digits")
    return DigitSet(inputs, np.array([digit.label for digit in repeated], np.uint8))


def rasterize_non_digits(
    digits: Sequence[LabelledDrawing], letters: Sequence[LabelledDrawing], *, count: int, seed: int
) -> np.ndarray:
    """(count, 28, 28) float32 in [0, 1]."""
    random = np.random.default_rng((seed, 2))
    strokes = (make_non_digit(digits, letters, random) for _ in range(count))
    return _varied_inputs(strokes, count, random, "rendering non-digits")


def vary_strokes(strokes: Strokes, random: np.random.Generator) -> list[np.ndarray]:
    """The same drawing by another hand: its longer side about 1 long, its middle at the origin."""
    low, high = bounds(strokes)
    points = (np.concatenate(strokes) - (low + high) / 2) / max(float((high - low).max()), 1e-3)
    lengths = [len(stroke) for stroke in strokes]
    shifts = random.normal(0, SHIFT if len(strokes) > 1 else 0, (len(strokes), 2))

    # Two waves of about one period over the drawing move the points.
    directions, phases = random.normal(0, 2 * np.pi, (2, 2)), random.uniform(0, 2 * np.pi, (2, 2))
    heights = random.normal(0, BEND, (2, 2))
    waves = (heights * np.sin((points @ directions)[:, :, np.newaxis] + phases)).sum(axis=1)
    bent = points + waves + np.repeat(shifts, lengths, axis=0)

    turn, slant = random.normal(0, TURN), random.normal(0, SLANT)
    width, height = np.exp(random.normal(0, STRETCH, 2))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    affine = rotation @ np.array([[width, slant], [0, height]])
    turned = (bent @ affine.T).astype(np.float32)
    return np.split(turned, np.cumsum(lengths[:-1]))


def rasterize(strokes: Strokes, random: np.random.Generator) -> np.ndarray:
    """(28, 28) float32 in [0, 1]: the network input for a drawing of a size and with a pen at random."""
    ink = draw(strokes, random)
    return normalize(ink[find_box(ink).window])


def draw(strokes: Strokes, random: np.random.Generator) -> np.ndarray:
    """A drawing cut out of its canvas: (height, width) uint8 ink of a size and with a pen at random."""
    size = min(_log_uniform(*SIZES, random), LARGEST)
    is_heavy = random.random() < HEAVY_SHARE
    width = size * (random.uniform(*HEAVY_PENS) if is_heavy else _log_uniform(*PENS, random))
    width = max(width, 1.5)
    placed, extent = scale_to(strokes, size=size, width=width)
    offset = random.uniform(MARGIN - 1, MARGIN, 2).astype(np.float32)
    shape = int(extent[1]) + 2 * MARGIN, int(extent[0]) + 2 * MARGIN
    return render([points + offset for points in placed], width=width, shape=shape)


def _varied_inputs(
    drawings: Iterable[Strokes], count: int, random: np.random.Generator, description: str
) -> np.ndarray:
    inputs = np.empty((count, INPUT_SIZE, INPUT_SIZE), np.float32)
    for i, strokes in enumerate(bars(drawings, total=count, description=description)):
        check_stop()
        inputs[i] = rasterize(vary_strokes(strokes, random), random)
    return inputs


def _log_uniform(low: float, high: float, random: np.random.Generator) -> float:
    return float(np.exp(random.uniform(np.log(low), np.log(high))))
