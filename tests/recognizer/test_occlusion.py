"""Which ink mattered, found by rubbing it out."""

from collections.abc import Sequence

import numpy as np
import pytest

from recognizer.occlusion import importance, log_odds
from recognizer.outputs import Classification
from recognizer.predictor import shared_predictor
from recognizer.preprocessing import preprocess_digit
from tests.conftest import Digits

ANSWER = Classification(np.full(10, 0.1, np.float32), score=0.0, margin=0.0)


def the_ink_that_mattered(network_input: np.ndarray, digit: int) -> np.ndarray:
    return importance(network_input, digit, shared_predictor().classify)


@pytest.fixture
def inputs(test_digits: Digits) -> list[np.ndarray]:
    """Of the first twenty, which are read as they are labelled but for the one that is left out."""
    return [preprocess_digit(image) for image in test_digits.images[:20]]


def test_paper_does_not_matter_and_some_ink_does(inputs: list[np.ndarray], test_digits: Digits) -> None:
    for network_input, label in zip(inputs, test_digits.labels, strict=False):
        mattered = the_ink_that_mattered(network_input, int(label))
        assert mattered.shape == network_input.shape
        assert mattered.dtype == np.float32
        assert not mattered[network_input == 0].any()
        assert mattered.max() > 0


def test_without_the_ink_that_mattered_most_the_answer_is_less_sure_than_without_the_least(
    inputs: list[np.ndarray], test_digits: Digits
) -> None:
    """The map is right: a quarter of the ink, taken from either end of its order."""
    odds = []
    for network_input, label in zip(inputs, test_digits.labels, strict=False):
        mattered = the_ink_that_mattered(network_input, int(label))
        order = np.argsort(np.where(network_input > 0, mattered, np.inf), axis=None)
        quarter = np.count_nonzero(network_input) // 4
        least = order[:quarter]
        most = order[np.count_nonzero(network_input) - quarter : np.count_nonzero(network_input)]
        answers = shared_predictor().classify([without(network_input, most), without(network_input, least)])
        odds.append([log_odds(answer, int(label)) for answer in answers])
    without_most, without_least = np.array(odds).T
    assert (without_most < without_least).all()


def without(network_input: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    rubbed_out = network_input.copy()
    rubbed_out.flat[pixels] = 0
    return rubbed_out


def test_what_is_said_of_a_pixel_is_the_mean_over_the_squares_that_hide_it() -> None:
    """Each square takes as much from the digit's odds; a pixel in the middle is in many of them."""
    network_input = np.linspace(0.1, 1, 28 * 28, dtype=np.float32).reshape(28, 28)
    doubtful = Classification(np.array([0.05] + [0.95 / 9] * 9, np.float32), score=0.0, margin=0.0)

    def network(inputs: Sequence[np.ndarray]) -> list[Classification]:
        return [ANSWER if np.array_equal(each, network_input) else doubtful for each in inputs]

    fall = log_odds(ANSWER, 0) - log_odds(doubtful, 0)
    np.testing.assert_allclose(importance(network_input, 0, network), network_input * fall, rtol=1e-4)


def test_it_asks_for_no_more_at_once_than_leaves_room_for_others() -> None:
    asked: list[int] = []

    def network(inputs: Sequence[np.ndarray]) -> list[Classification]:
        asked.append(len(inputs))
        return [ANSWER] * len(inputs)

    importance(np.ones((28, 28), np.float32), 0, network)
    assert max(asked) == 16
    assert sum(asked) == 1 + 13 * 13


def test_log_odds_are_finite_and_ordered_where_an_answer_is_certain() -> None:
    certain = Classification(np.eye(10, dtype=np.float32)[7], score=0.0, margin=0.0)
    assert log_odds(certain, 7) > 80
    assert log_odds(certain, 1) < -80
    assert log_odds(ANSWER, 3) == pytest.approx(-np.log(9))
