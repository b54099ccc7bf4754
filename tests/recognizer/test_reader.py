"""Drawings read as numbers, by the parameters that ship."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest

from management.training.datasets import drawings
from management.training.datasets.canvas import render, scale_to
from management.training.datasets.drawings import LabelledDrawing
from recognizer.outputs import Classification
from recognizer.predictor import shared_predictor
from recognizer.reader import ReadDigit, read
from recognizer.segmentation import lattice
from recognizer.segmentation.components import MAX_COMPONENTS
from recognizer.segmentation.lattice import MAX_CANDIDATES
from testbed.numbers import NEARLY_TOUCHING, NORMAL, WIDE, Style, paste_number, write_number
from tests.conftest import Digits

SEEDS = range(20)


def text(found: Sequence[ReadDigit]) -> str:
    return "".join(str(digit.classification.digit) for digit in found)


def read_by_ours(ink: np.ndarray) -> list[ReadDigit]:
    return read(ink, shared_predictor().classify)


@pytest.fixture(scope="module")
def pen_digits() -> tuple[LabelledDrawing, ...]:
    return drawings.read(drawings.FOLDER / "pen-digits.ndjson.gz").drawings


def side_by_side(*images: np.ndarray, gap: int = 12) -> np.ndarray:
    """Digits of (28, 28) uint8 in one row, without their margins, on (160, n) paper."""
    cut = [image[:, image.max(axis=0) > 60] for image in images]
    spaced = [np.pad(image, ((6, 6), (0, gap))) for image in cut]
    row = np.pad(np.concatenate(spaced, axis=1), ((0, 0), (8, 8)))
    return cv2.resize(row, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)


def test_digits_are_read_from_left_to_right_with_their_boxes(test_digits: Digits) -> None:
    ink = side_by_side(*(test_digits.images[i] for i in (3, 0, 4, 2)))
    found = read_by_ours(ink)
    assert text(found) == "0741"
    boxes = [digit.box for digit in found]
    assert all(left.x + left.width < right.x for left, right in pairwise(boxes))
    for box in boxes:
        inside = ink[box.y : box.y + box.height, box.x : box.x + box.width]
        assert inside.max() > 200
    assert all(digit.classification.accepted for digit in found)


def test_a_single_digit_is_never_taken_apart(test_digits: Digits) -> None:
    for image, label in zip(test_digits.images, test_digits.labels, strict=True):
        enlarged = cv2.resize(image, (280, 280), interpolation=cv2.INTER_CUBIC)
        for ink in (image, enlarged):
            found = read_by_ours(ink)
            assert len(found) == 1, label


def test_a_digit_of_two_strokes_stays_one(pen_digits: tuple[LabelledDrawing, ...]) -> None:
    """A 5 with its bar apart, a 4 in two strokes, a 7 with a stroke through."""
    in_two = [digit for digit in pen_digits if digit.label in (4, 5, 7) and len(digit.strokes) == 2]
    apart = []
    for digit in in_two[:150]:
        placed, extent = scale_to(digit.strokes, size=140, width=8)
        shape = int(extent[1]) + 20, int(extent[0]) + 20
        apart.append(len(read_by_ours(render([s + 8 for s in placed], width=8, shape=shape))) > 1)
    assert sum(apart) <= 1


def test_most_numbers_are_read_wholly_right(pen_digits: tuple[LabelledDrawing, ...]) -> None:
    """Of writers the network knows: for others see benchmarks/numbers.py."""
    by_one = [digit for digit in pen_digits if digit.writer == "pen 07"]
    for gaps, least in ((WIDE, 17), (NORMAL, 17), (NEARLY_TOUCHING, 15)):
        numbers = [write_number(by_one, Style(gaps), np.random.default_rng(seed)) for seed in SEEDS]
        assert sum(text(read_by_ours(number.ink)) == number.text for number in numbers) >= least, gaps


def test_numbers_of_mnist_that_touch_are_read(test_digits: Digits) -> None:
    style = Style((-0.03, 0.0), canvas=(140, 560), lengths=(2, 3))
    numbers = [
        paste_number(test_digits.images, test_digits.labels, style, np.random.default_rng(seed))
        for seed in SEEDS
    ]
    assert sum(text(read_by_ours(number.ink)) == number.text for number in numbers) >= 15


class Counting:
    """A network that counts what it is asked, and is sure of nothing."""

    def __init__(self, *, margin: float = -5.0) -> None:
        self.asked: list[int] = []
        self._answer = Classification(np.full(10, 0.1, np.float32), margin, margin)

    def __call__(self, inputs: Sequence[np.ndarray]) -> list[Classification]:
        self.asked.append(len(inputs))
        return [self._answer for _ in inputs]


def test_a_clear_single_digit_costs_one_input(test_digits: Digits) -> None:
    asked: list[int] = []

    def network(inputs: Sequence[np.ndarray]) -> list[Classification]:
        asked.append(len(inputs))
        return shared_predictor().classify(inputs)

    read(cv2.resize(test_digits.images[0], (280, 280)), network)
    assert asked == [1]


def test_what_a_drawing_costs_is_bounded() -> None:
    ink = np.zeros((100, 400), np.uint8)
    for i in range(MAX_COMPONENTS):
        ink[20:80, 10 * i : 10 * i + 5] = 255
    network = Counting()
    read(ink, network)
    assert network.asked[0] == 1 + MAX_COMPONENTS
    assert sum(network.asked[1:]) <= MAX_CANDIDATES


@pytest.mark.parametrize(
    ("bound", "exactly", "runs"),
    [
        ("MAX_CANDIDATES", 3, 3),
        ("MAX_CANDIDATES", 2, 2),
        ("MAX_CANDIDATE_PIXELS", 3_000, 3),
        ("MAX_CANDIDATE_PIXELS", 2_999, 2),
    ],
)
def test_long_runs_of_pieces_are_tried_up_to_the_bound(
    bound: str, exactly: int, runs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lattice, bound, exactly)
    ink = np.zeros((100, 400), np.uint8)
    ink[20:80, 100:110] = ink[20:80, 120:130] = 255
    read(ink, network := Counting())
    assert sum(network.asked[1:]) == runs


def test_a_drawing_of_which_no_piece_may_be_tried_is_one_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    """No drawing is known that comes to that within the other bounds, so this one is brought down to it."""
    monkeypatch.setattr(lattice, "MAX_CANDIDATE_PIXELS", 100)
    ink = np.zeros((100, 400), np.uint8)
    ink[20:80, 100:110] = ink[20:80, 200:210] = 255
    assert len(read(ink, network := Counting())) == 1
    assert network.asked == [3]


def test_more_than_a_number_is_one_thing_that_is_asked_once() -> None:
    network = Counting()
    dust = np.zeros((200, 300), np.uint8)
    dust[::4, ::4] = 255
    assert len(read(dust, network)) == 1
    assert network.asked == [1]


def test_dirt_beside_a_digit_changes_nothing(test_digits: Digits) -> None:
    clean = np.pad(cv2.resize(test_digits.images[1], (112, 112)), 80)
    dirty = clean.copy()
    dirty[5:8, 5:8] = 255
    ((digit,), (beside_dirt,)) = read_by_ours(clean), read_by_ours(dirty)
    assert beside_dirt.box == digit.box
    np.testing.assert_array_equal(beside_dirt.network_input, digit.network_input)
