"""Non-digits, on which the network learns to be unsure.

Outlier exposure: Hendrycks, Mazeika, Dietterich, "Deep Anomaly Detection with Outlier Exposure", ICLR 2019.
Letters come from a file. The rest is made here: scribbles and dots, as when people try out a pen; two
digits in one piece and halves of digits, as when a number is cut in the wrong places; and mirrored digits.
"""

from collections.abc import Collection, Sequence

import numpy as np

from management.training.datasets.canvas import bounds
from management.training.datasets.drawings import LabelledDrawing, Strokes
from mnistsite.types import DIGITS

SHARES = {"letter": 0.6, "scribble": 0.1, "dot": 0.03, "pair": 0.14, "mirrored": 0.06, "half": 0.07}

MIRRORED_NON_DIGITS = frozenset({2, 3, 4, 5, 6, 7, 9})

HALVED_NON_DIGITS = {0: "lr", 2: "lr", 3: "l", 5: "lr", 6: "r", 8: "l", 9: "l"}
"""The halves of digits that are not digits themselves: the right half of a 4 is a 1, that of an 8 a 3."""


def make_non_digit(
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
        return [points * (-1, 1) for points in _one_of(digits, MIRRORED_NON_DIGITS, random).strokes]
    return _half(_one_of(digits, HALVED_NON_DIGITS, random), random)


def _one_of(
    digits: Sequence[LabelledDrawing], wanted: Collection[int], random: np.random.Generator
) -> LabelledDrawing:
    """A digit with one of these labels, or any digit if a small set has none of them."""
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
    """The part on one side of a vertical cut near the middle."""
    side = random.choice(list(HALVED_NON_DIGITS.get(digit.label, "l")))
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


_SCRIBBLES = ("curves", "zigzag", "spiral", "dots", "lines", "tangle", "walk", "loops", "wave", "polygon")

_ONE_DOT_IN = 5


def scribble(random: np.random.Generator) -> list[np.ndarray]:
    """A scribble of one of ten equally likely kinds."""
    match _SCRIBBLES[random.integers(len(_SCRIBBLES))]:
        case "curves":
            strokes = [_curve(random) for _ in range(random.integers(1, 4))]
        case "zigzag":
            corners = random.integers(5, 14)
            heights = np.arange(corners) % 2 * random.uniform(0.3, 1) + random.normal(0, 0.08, corners)
            strokes = [_points(np.linspace(0, 1, corners) + random.normal(0, 0.03, corners), heights)]
        case "spiral":
            angle = np.linspace(0, random.uniform(3.5, 7) * np.pi, 80)
            radius = angle / angle[-1]
            strokes = [_points(radius * np.cos(angle), radius * np.sin(angle) * random.uniform(0.6, 1))]
        case "dots":
            centres = random.uniform(0, 1, (random.integers(2, 6), 1, 2))
            strokes = list(centres + random.normal(0, 0.01, (len(centres), 3, 2)))
        case "lines":
            strokes = list(random.uniform(0, 1, (random.integers(3, 6), 2, 2)))
        case "tangle":
            strokes = [random.uniform(0, (1, random.uniform(0.4, 1)), (random.integers(15, 50), 2))]
        case "walk":
            speed = np.cumsum(random.normal(0, 1, (random.integers(20, 80), 2)), axis=0)
            strokes = [np.cumsum(speed, axis=0)]
        case "loops":
            angle = np.linspace(0, random.uniform(4, 9) * np.pi, 120)
            across = angle * random.uniform(0.05, 0.2) + np.cos(angle) / 2
            strokes = [_points(across, np.sin(angle) * random.uniform(0.4, 1))]
        case "wave":
            across = np.linspace(0, 2 * np.pi, 60)
            strokes = [_points(across, np.sin(across * random.uniform(1.2, 5) + random.uniform(0, 6)))]
        case _:  # A polygon.
            angle = np.linspace(0, 2 * np.pi, random.integers(4, 6)) + random.uniform(0, 6)
            strokes = [_points(np.cos(angle), np.sin(angle))]
    return [np.asarray(stroke, np.float32) for stroke in strokes]


def scribbles_and_dots(count: int, random: np.random.Generator) -> list[list[np.ndarray]]:
    """Drawings to measure with, every fifth of them a dot."""
    return [scribble(random) if i % _ONE_DOT_IN else dot(random) for i in range(count)]


def dot(random: np.random.Generator) -> list[np.ndarray]:
    """One to three points so close together that a pen makes one blot of them."""
    return [random.normal(0, 1, (random.integers(1, 4), 2)).astype(np.float32)]


def _curve(random: np.random.Generator) -> np.ndarray:
    """A smooth line through a few points."""
    corners = random.uniform(0, 1, (random.integers(4, 9), 2))
    place = np.linspace(0, len(corners) - 1, 60)
    start = np.minimum(place.astype(int), len(corners) - 2)
    part = (place - start)[:, np.newaxis]
    part = part * part * (3 - 2 * part)
    return np.asarray(corners[start] * (1 - part) + corners[start + 1] * part)


def _points(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack((x, y), axis=1)
