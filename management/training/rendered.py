"""Pen strokes as the network sees them: rendered in many sizes and with many pens, before the training."""

from collections.abc import Iterable, Sequence

import numpy as np

from management.progress import Progress
from management.training.digit_set import DigitSet
from management.training.drawings import LabelledDrawing, Strokes
from management.training.outliers import make_outlier
from management.training.rendering import render, scale_to
from management.training.rewriting import rewrite
from mnistsite.types import INPUT_SIZE
from recognizer.preprocessing.normalization import find_box, normalize

SIZES = (36, 130)
"""Pixels of a drawing's longer side on the page's canvas. Above a hundred, pixels no longer matter."""
LARGEST = 100

PENS = (0.03, 0.33)
"""Width of the pen in parts of the drawing's longer side."""
HEAVY_PENS, HEAVY_SHARE = (0.2, 0.34), 0.25
"""A small digit drawn with the page's pen: the hardest to read, so there are more of them."""

MARGIN = 3


def render_digits(
    digits: Sequence[LabelledDrawing], *, renderings: int, seed: int, progress: Progress
) -> DigitSet:
    """Each digit so many times, in other hands, sizes and pens."""
    random = np.random.default_rng((seed, 1))
    todo = [*digits] * renderings
    fields = _fields((digit.strokes for digit in todo), len(todo), random, progress, "rendering pen digits")
    return DigitSet(fields, np.array([digit.label for digit in todo], np.uint8))


def render_outliers(
    digits: Sequence[LabelledDrawing],
    letters: Sequence[LabelledDrawing],
    *,
    count: int,
    seed: int,
    progress: Progress,
) -> np.ndarray:
    """Fields of what is no digit: (count, 28, 28) float32 in [0, 1]."""
    random = np.random.default_rng((seed, 2))
    drawings = (make_outlier(digits, letters, random) for _ in range(count))
    return _fields(drawings, count, random, progress, "rendering what is no digit")


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


def _fields(
    drawings: Iterable[Strokes],
    count: int,
    random: np.random.Generator,
    progress: Progress,
    description: str,
) -> np.ndarray:
    fields = np.empty((count, INPUT_SIZE, INPUT_SIZE), np.float32)
    for i, strokes in enumerate(progress(drawings, total=count, description=description)):
        ink = draw(rewrite(strokes, random), random)
        fields[i] = normalize(ink, find_box(ink)).field
    return fields


def _log_uniform(low: float, high: float, random: np.random.Generator) -> float:
    return float(np.exp(random.uniform(np.log(low), np.log(high))))
