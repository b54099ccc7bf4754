"""When a drawing is one digit and when several, one case on each side of every border.

The networks are made by hand: they know a bar from a blot by how many columns of their input have ink.
"""

import math
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mnistsite.types import Box
from recognizer import reader
from recognizer.outputs import Classification
from recognizer.reader import read
from recognizer.segmentation.components import find_components
from recognizer.segmentation.lattice import (
    Segmentation,
    best_path,
    confidence,
    find_candidates,
    segment,
    shape_cost,
)
from tests.recognizer.bars import bars

Network = Callable[[Sequence[np.ndarray]], Sequence[Classification]]
SURELY = 50.0
"""A margin at which nothing is lost."""


def says(probability: float, *, margin: float = SURELY) -> Classification:
    """The digit 1 with this probability."""
    others = (1 - probability) / 9
    return Classification(np.array([others, probability] + [others] * 8), margin, margin)


class Bars:
    """A network that is sure of what is as narrow as a bar, and says what it is told of the rest."""

    def __init__(self, of_the_rest: Classification) -> None:
        self.asked = 0
        self._of_the_rest = of_the_rest

    def __call__(self, inputs: Sequence[np.ndarray]) -> list[Classification]:
        self.asked += 1
        return [
            says(1.0) if np.count_nonzero(network_input.max(axis=0) > 0.25) < 12 else self._of_the_rest
            for network_input in inputs
        ]


TWO_WITH_A_BRIDGE = bars((0, 0, 34, 100), (34, 45, 17, 5), (51, 0, 34, 100))
"""Not too wide for one digit, with a place for a cut."""


def digits_in(ink: np.ndarray, network: Network) -> int:
    return len(read(ink, network))


@pytest.mark.parametrize(("probability", "asked"), [(0.88, 1), (0.86, 2)])
def test_who_is_87_percent_sure_of_one_digit_is_not_asked_for_several(probability: float, asked: int) -> None:
    network = Bars(says(probability))
    read(TWO_WITH_A_BRIDGE, network)
    assert network.asked == asked


@pytest.mark.parametrize(("width", "asked"), [(139, 1), (142, 2)])
def test_one_digit_is_at_most_1_4_times_as_wide_as_high(width: int, asked: int) -> None:
    wide = bars((0, 0, 40, 100), (40, 45, width - 80, 5), (width - 40, 0, 40, 100))
    network = Bars(says(1.0))
    read(wide, network)
    assert network.asked == asked


def test_ink_without_a_place_for_a_cut_is_one_digit_without_another_question() -> None:
    network = Bars(says(0.5))
    assert len(read(bars((0, 0, 100, 100)), network)) == 1
    assert network.asked == 1


@pytest.mark.parametrize(("height", "is_tried"), [(39, False), (41, True)])
def test_a_part_above_two_fifths_of_the_height_may_be_a_digit_itself(height: int, is_tried: bool) -> None:
    network = Bars(says(1.0))
    read(bars((0, 0, 20, 100), (40, 100 - height, 60, height)), network)
    assert (network.asked > 1) == is_tried


@pytest.mark.parametrize(("margin", "digits"), [(-0.9, 1), (-1.1, 2)])
def test_one_digit_is_e3_times_likelier_than_two_that_touch_and_a_cut_costs_e(
    margin: float, digits: int
) -> None:
    """ln(1 + e^3.9) is 3.92 and ln(1 + e^4.1) 4.12: one is less, one more than the 3 and 1 together."""
    assert digits_in(TWO_WITH_A_BRIDGE, Bars(says(1.0, margin=margin))) == digits


def test_half_of_what_is_three_above_the_threshold_is_a_digit() -> None:
    assert confidence(says(1.0, margin=3.0)) == pytest.approx(-math.log(2))
    assert confidence(says(0.25, margin=SURELY)) == pytest.approx(-math.log(4))


@pytest.mark.parametrize(
    ("width", "height", "cost"),
    [
        (20, 81, 0),
        (20, 79, 0.04),
        (20, 55, 1.0),  # A quarter of the height less, at 4 for the whole.
        (89, 100, 0),
        (91, 100, 0.05),
        (110, 100, 1.0),  # A fifth of the height more, at 5 for the whole.
    ],
)
def test_a_digit_loses_by_being_low_or_wide(width: int, height: int, cost: float) -> None:
    assert shape_cost(Box(0, 0, width, height), 100) == pytest.approx(cost)


def pieces_of(ink: np.ndarray) -> Segmentation:
    components = find_components(ink)
    assert components is not None
    found = segment(components, whole=components.boxes)
    assert found is not None
    return found


def spans_of(ink: np.ndarray) -> list[tuple[int, int]]:
    return [(candidate.first, candidate.last) for candidate in find_candidates(pieces_of(ink))]


def row_of(count: int) -> np.ndarray:
    return bars(*((8 * i, 0, 4, 60) for i in range(count)))


def test_four_pieces_may_be_one_digit_and_five_may_not() -> None:
    assert max(last - first + 1 for first, last in spans_of(row_of(6))) == 4


@pytest.mark.parametrize(("width", "spans"), [(169, [(0, 0), (0, 1), (1, 1)]), (171, [(0, 0), (1, 1)])])
def test_pieces_together_are_at_most_1_7_times_as_wide_as_high(
    width: int, spans: list[tuple[int, int]]
) -> None:
    assert spans_of(bars((0, 0, 20, 100), (width - 20, 0, 20, 100))) == spans


@pytest.mark.parametrize(("pieces", "candidates"), [(25, 25 + 24 + 23 + 22), (26, 26 + 25 + 24)])
def test_long_runs_are_left_out_where_there_would_be_more_than_96(pieces: int, candidates: int) -> None:
    assert len(spans_of(row_of(pieces))) == candidates


def test_the_path_of_the_highest_value_explains_all_pieces() -> None:
    """Of three bars the first two are one digit together, which is why each of them alone is none."""
    candidates = find_candidates(pieces_of(row_of(3)))
    likely = {(0, 1), (2, 2)}
    runs = [(candidate.first, candidate.last) for candidate in candidates]
    path, value = best_path(
        candidates, [says(1.0) if run in likely else says(0.5, margin=-5) for run in runs]
    )
    assert [runs[i] for i in path] == [(0, 1), (2, 2)]
    assert value == pytest.approx(0)


class Whims:
    """A network that says something of its own about each input."""

    def __init__(self, seed: int) -> None:
        self.inputs = 0
        self._seed = seed

    def __call__(self, inputs: Sequence[np.ndarray]) -> list[Classification]:
        self.inputs += len(inputs)
        return [self._whim(network_input) for network_input in inputs]

    def _whim(self, network_input: np.ndarray) -> Classification:
        random = np.random.default_rng([self._seed, zlib.crc32(network_input.tobytes())])
        return says(random.uniform(0.3, 1), margin=random.uniform(-6, 9))


class Certain(Whims):
    """A network that is sure of everything."""

    def __init__(self) -> None:
        super().__init__(0)

    def _whim(self, network_input: np.ndarray) -> Classification:
        return says(1.0)


@pytest.mark.parametrize("seed", range(200))
def test_what_is_not_tried_would_not_have_been_chosen(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    x, places = 0, []
    for width in random.integers(8, 90, random.integers(2, 8)):
        places.append((x, int(random.integers(0, 20)), int(width), int(random.integers(50, 90))))
        x += int(width) + int(random.integers(-2, 30))
    ink, whims = bars(*places), Whims(seed)
    found = read(ink, whims)
    monkeypatch.setattr(
        reader,
        "promising",
        lambda candidates, known, **_: [each for each in candidates if each not in known],
    )
    patient = Whims(seed)
    expected = read(ink, patient)
    assert [(digit.box, digit.classification.margin) for digit in found] == [
        (digit.box, digit.classification.margin) for digit in expected
    ]
    assert whims.inputs <= patient.inputs


def test_of_clear_digits_in_a_row_only_the_single_pieces_are_tried() -> None:
    """The whole, the six parts, and the six pieces; together with their neighbours they would be 21."""
    network = Certain()
    assert len(read(bars(*((70 * i, 0, 40, 100) for i in range(6))), network)) == 6
    assert network.inputs == 1 + 6 + 6
