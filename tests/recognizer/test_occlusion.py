"""Which ink mattered, found by rubbing it out."""

from collections.abc import Sequence

import numpy as np
import pytest

from recognizer.occlusion import importance, log_odds
from recognizer.predictor import shared_predictor
from recognizer.preprocessing import normalize_single
from recognizer.types import Classification
from tests.conftest import Digits

ANSWER = Classification(np.full(10, 0.1, np.float32), score=0.0, margin=0.0)


def the_ink_that_mattered(field: np.ndarray, digit: int) -> np.ndarray:
    return importance(field, digit, shared_predictor().read)


@pytest.fixture
def fields(test_digits: Digits) -> list[np.ndarray]:
    """Of the first twenty, which are read as they are labelled but for the one that is left out."""
    return [normalize_single(image).field for image in test_digits.images[:20]]


def test_paper_does_not_matter_and_some_ink_does(fields: list[np.ndarray], test_digits: Digits) -> None:
    for field, label in zip(fields, test_digits.labels, strict=False):
        mattered = the_ink_that_mattered(field, int(label))
        assert mattered.shape == field.shape
        assert mattered.dtype == np.float32
        assert not mattered[field == 0].any()
        assert mattered.max() > 0


def test_without_the_ink_that_mattered_most_the_answer_is_less_sure_than_without_the_least(
    fields: list[np.ndarray], test_digits: Digits
) -> None:
    """What the map says is so: a quarter of the ink, taken from both ends of its order."""
    odds = []
    for field, label in zip(fields, test_digits.labels, strict=False):
        mattered = the_ink_that_mattered(field, int(label))
        order = np.argsort(np.where(field > 0, mattered, np.inf), axis=None)
        quarter = np.count_nonzero(field) // 4
        least = order[:quarter]
        most = order[np.count_nonzero(field) - quarter : np.count_nonzero(field)]
        answers = shared_predictor().read([without(field, most), without(field, least)])
        odds.append([log_odds(answer, int(label)) for answer in answers])
    without_most, without_least = np.array(odds).T
    assert (without_most < without_least).all()


def without(field: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    rubbed_out = field.copy()
    rubbed_out.flat[pixels] = 0
    return rubbed_out


def test_what_is_said_of_a_pixel_is_the_mean_over_the_squares_that_hide_it() -> None:
    """Each square takes as much from the digit's odds; a pixel in the middle is in many of them."""
    field = np.linspace(0.1, 1, 28 * 28, dtype=np.float32).reshape(28, 28)
    doubtful = Classification(np.array([0.05] + [0.95 / 9] * 9, np.float32), score=0.0, margin=0.0)

    def network(fields: Sequence[np.ndarray]) -> list[Classification]:
        return [ANSWER if np.array_equal(each, field) else doubtful for each in fields]

    fall = log_odds(ANSWER, 0) - log_odds(doubtful, 0)
    np.testing.assert_allclose(importance(field, 0, network), field * fall, rtol=1e-4)


def test_it_asks_for_no_more_at_once_than_leaves_room_for_others() -> None:
    asked: list[int] = []

    def network(fields: Sequence[np.ndarray]) -> list[Classification]:
        asked.append(len(fields))
        return [ANSWER] * len(fields)

    importance(np.ones((28, 28), np.float32), 0, network)
    assert max(asked) == 16
    assert sum(asked) == 1 + 13 * 13


def test_log_odds_are_finite_and_ordered_where_an_answer_is_certain() -> None:
    certain = Classification(np.eye(10, dtype=np.float32)[7], score=0.0, margin=0.0)
    assert log_odds(certain, 7) > 80
    assert log_odds(certain, 1) < -80
    assert log_odds(ANSWER, 3) == pytest.approx(-np.log(9))
