"""Drawings that are no digit, for the network to learn that it does not know them.

Outlier exposure: Hendrycks, Mazeika, Dietterich, "Deep Anomaly Detection with Outlier Exposure", ICLR 2019.
Letters come from a file. The rest is made here: scribbles and dots, as people try out a pen; and what a
number that is cut in wrong places gives, two digits in one piece or half of one; and digits in a mirror.
"""

from collections.abc import Collection, Sequence

import numpy as np

from management.training.drawings import LabelledDrawing, Strokes
from management.training.rendering import bounds
from management.training.scribbles import dot, scribble
from mnistsite.types import DIGITS

SHARES = {"letter": 0.6, "scribble": 0.1, "dot": 0.03, "pair": 0.14, "mirrored": 0.06, "half": 0.07}

NO_DIGIT_IN_A_MIRROR = frozenset({2, 3, 4, 5, 6, 7, 9})

NO_DIGIT_IN_HALF = {0: "lr", 2: "lr", 3: "l", 5: "lr", 6: "r", 8: "l", 9: "l"}
"""Which halves of which digits are no digit themselves: the right one of a 4 is a 1, that of an 8 a 3."""


def make_outlier(
    digits: Sequence[LabelledDrawing], letters: Sequence[LabelledDrawing], random: np.random.Generator
) -> Strokes:
    """Strokes of any size."""
    kind = random.choice(list(SHARES), p=list(SHARES.values()))
    if kind == "letter":
        return letters[random.integers(len(letters))].strokes
    if kind == "scribble":
        return scribble(random)
    if kind == "dot":
        return dot(random)
    if kind == "pair":
        left, right = (digits[i].strokes for i in random.integers(len(digits), size=2))
        return _pair(left, right, random)
    if kind == "mirrored":
        return [points * (-1, 1) for points in _one_of(digits, NO_DIGIT_IN_A_MIRROR, random).strokes]
    return _half(_one_of(digits, NO_DIGIT_IN_HALF, random), random)


def _one_of(
    digits: Sequence[LabelledDrawing], wanted: Collection[int], random: np.random.Generator
) -> LabelledDrawing:
    """A digit of these labels, or of any where there are none: a few digits of one's own may lack them."""
    if not any(digit.label in wanted for digit in digits):
        wanted = range(DIGITS)
    while (digit := digits[random.integers(len(digits))]).label not in wanted:
        pass
    return digit


def _pair(left: Strokes, right: Strokes, random: np.random.Generator) -> list[np.ndarray]:
    """Two digits side by side, which touch or nearly do."""
    left, right = _unit(left), _unit(right)
    gap, size, drop = random.uniform(-0.15, 0.3), random.uniform(0.8, 1.25), random.uniform(-0.15, 0.15)
    offset = np.array((bounds(left)[1][0] + gap, drop), np.float32)
    return [*left, *(points * size + offset for points in right)]


def _half(digit: LabelledDrawing, random: np.random.Generator) -> list[np.ndarray]:
    """What is on one side of a vertical cut near the middle."""
    side = random.choice(list(NO_DIGIT_IN_HALF.get(digit.label, "l")))
    cut = np.quantile(np.concatenate(digit.strokes)[:, 0], random.uniform(0.35, 0.65))
    pieces = []
    for points in digit.strokes:
        kept = (points[:, 0] < cut) == (side == "l")
        borders = np.flatnonzero(np.diff(kept)) + 1
        runs = zip(np.split(points, borders), np.split(kept, borders), strict=True)
        pieces += [run for run, is_kept in runs if is_kept[0]]
    return pieces


def _unit(strokes: Strokes) -> list[np.ndarray]:
    low, high = bounds(strokes)
    return [(points - low) / max(float((high - low).max()), 1e-3) for points in strokes]
