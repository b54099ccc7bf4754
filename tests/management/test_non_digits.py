"""The non-digits that the network learns from, and how often."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from management.training.augmentation.non_digits import make_non_digit
from management.training.augmentation.strokes import draw
from management.training.datasets.drawings import LabelledDrawing, Strokes
from mnistsite.types import NON_DIGIT

COUNT = 4000
LINE = np.array([[10, 0], [30, 10], [20, 40], [70, 50], [60, 90]], np.float32)
LETTER = np.array([[0, 0], [5, 5], [0, 9]], np.float32)


def a_digit(label: int) -> LabelledDrawing:
    """A drawing that only its label makes a digit: its points begin at a height of their own."""
    return LabelledDrawing((LINE + np.array((0, 1000 * label), np.float32),), label, "")


def non_digits(*labels: int, count: int = COUNT) -> list[Strokes]:
    random, letters = np.random.default_rng(1), [LabelledDrawing((LETTER,), NON_DIGIT, "")]
    return [make_non_digit([a_digit(label) for label in labels], letters, random) for _ in range(count)]


def label_of(points: np.ndarray) -> int:
    return int(points[0, 1] // 1000)


def kind_of(strokes: Strokes, labels: Sequence[int]) -> str:
    if np.array_equal(strokes[0], LETTER):
        return "letter"
    for label in labels:
        (points,) = a_digit(label).strokes
        if np.array_equal(strokes[0], points * (-1, 1)):
            return "mirrored"
        if is_part(strokes[0], points):
            return "half"
    if len(strokes) == 2 and all(len(points) == len(LINE) for points in strokes):
        return "pair"
    return "dot" if len(strokes) == 1 and len(strokes[0]) <= 3 else "scribble"


def is_part(points: np.ndarray, of: np.ndarray) -> bool:
    return len(points) < len(of) and all((of == point).all(axis=1).any() for point in points)


def test_each_kind_of_outlier_has_its_share() -> None:
    """Of 4000: three standard deviations of the largest share are 0.023."""
    counted = Counter(kind_of(strokes, [3]) for strokes in non_digits(3))
    shares = {kind: count / COUNT for kind, count in counted.items()}
    expected = {"letter": 0.6, "scribble": 0.1, "dot": 0.03, "pair": 0.14, "mirrored": 0.06, "half": 0.07}
    assert shares == pytest.approx(expected, abs=0.02)


def test_only_digits_that_a_mirror_makes_none_are_mirrored() -> None:
    labels = range(10)
    found = non_digits(*labels)
    mirrored = [strokes[0] for strokes in found if kind_of(strokes, labels) == "mirrored"]
    assert {label_of(points) for points in mirrored} == {2, 3, 4, 5, 6, 7, 9}


def test_only_halves_that_are_no_digit_themselves_are_learned_as_none() -> None:
    """The right half of a 4 is a 1, and that of an 8 a 3."""
    labels = range(10)
    sides = set()
    for strokes in non_digits(*labels):
        if kind_of(strokes, labels) == "half":
            is_left = max(points[:, 0].max() for points in strokes) < 70
            sides.add((label_of(strokes[0]), "l" if is_left else "r"))
    assert sides == {
        *((0, "l"), (0, "r"), (2, "l"), (2, "r"), (3, "l"), (5, "l"), (5, "r"), (6, "r"), (8, "l"), (9, "l")),
    }


def test_outliers_need_no_digit_of_every_kind() -> None:
    """A mirrored 1 is better than no end."""
    kinds = {kind_of(strokes, [1]) for strokes in non_digits(1, count=500)}
    assert kinds == {"letter", "scribble", "dot", "pair", "mirrored", "half"}


def test_every_outlier_can_be_drawn(
    pen_digits: tuple[LabelledDrawing, ...], letters: tuple[LabelledDrawing, ...]
) -> None:
    random = np.random.default_rng(1)
    for _ in range(300):
        assert draw(make_non_digit(pen_digits, letters, random), random).max() > 100
