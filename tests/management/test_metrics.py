"""Against values worked out by hand, or taken from the sources that the measures have."""

import math

import numpy as np
import pytest

from management.training import metrics


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        (5, 10, 0.236593, 0.763407),
        (0, 10, 0.0, 0.277533),  # z² / (n + z²)
        (10, 10, 0.722467, 1.0),
        (81, 263, 0.255289, 0.366183),  # Newcombe, Statistics in Medicine 17, 1998, table I: .2553 to .3662.
        (15, 148, 0.062386, 0.160527),  # The same: .0624 to .1605.
    ],
)
def test_wilsons_interval_is_the_published_one(right: int, count: int, low: float, high: float) -> None:
    assert metrics.wilson_interval(right, count) == pytest.approx((low, high), abs=1e-4)


def test_an_interval_holds_its_own_share() -> None:
    for count in (1, 3, 49, 10_000):
        for right in (0, 1, count):
            low, high = metrics.wilson_interval(right, count)
            assert 0 <= low <= right / count <= high <= 1


def one_logit(*digits: int, size: float = 1.0) -> np.ndarray:
    """Logits of 0 but for one digit in each row."""
    logits: np.ndarray = np.zeros((len(digits), 10), np.float32)
    logits[np.arange(len(digits)), digits] = size
    return logits


def test_the_first_two_answers_count() -> None:
    logits = 2 * one_logit(3, 3, 3) + one_logit(5, 5, 5)
    labels = np.array([3, 5, 7])
    assert metrics.top_accuracy(labels=labels, logits=logits, places=1) == pytest.approx(1 / 3)
    assert metrics.top_accuracy(labels=labels, logits=logits, places=2) == pytest.approx(2 / 3)


def test_the_log_loss_of_knowing_nothing_is_that_of_ten_equal_chances() -> None:
    logarithms = metrics.log_probabilities(np.full((4, 10), 7.0, np.float32))
    loss = metrics.log_loss(labels=np.array([0, 3, 5, 9]), log_probabilities=logarithms)
    assert loss == pytest.approx(math.log(10))


def test_the_log_loss_is_the_mean_over_the_labels() -> None:
    # One logit of ln 11 against nine of 0: e^(ln 11) / (11 + 9) = 0.55, and 0.05 for each of the others.
    logarithms = metrics.log_probabilities(one_logit(4, 4, size=math.log(11)))
    loss = metrics.log_loss(labels=np.array([4, 8]), log_probabilities=logarithms)
    assert loss == pytest.approx(-(math.log(0.55) + math.log(0.05)) / 2, rel=1e-6)


def test_a_temperature_divides_the_logits() -> None:
    cooled = metrics.log_probabilities(one_logit(4, size=2 * math.log(11)), temperature=2)
    assert np.exp(cooled[0, 4]) == pytest.approx(0.55)


def test_huge_logits_give_no_infinity() -> None:
    logarithms = metrics.log_probabilities(one_logit(4, size=1e4))
    assert np.isfinite(logarithms).all()
    assert logarithms[0, 0] == pytest.approx(-1e4)


def test_a_bin_holds_its_upper_edge() -> None:
    bins = metrics.calibration_bins(
        confidence=np.array([0.2, 0.2001, 1.0]), right=np.array([True, False, True])
    )
    assert {place: each.digits for place, each in enumerate(bins) if each.digits} == {2: 1, 3: 1, 14: 1}
    assert [bins[2].lower, bins[2].upper] == pytest.approx([2 / 15, 0.2])
    assert bins[0].accuracy is None
    assert bins[0].confidence is None


def test_the_calibration_error_weighs_each_bins_gap_by_its_answers() -> None:
    # Above 14/15: mean 0.96, one of two right. Below: 0.5, right.
    bins = metrics.calibration_bins(
        confidence=np.array([0.98, 0.94, 0.5]), right=np.array([True, False, True])
    )
    expected = (2 * abs(0.5 - 0.96) + 1 * abs(1.0 - 0.5)) / 3
    assert metrics.expected_calibration_error(bins) == pytest.approx(expected)


def test_being_sure_of_what_is_right_is_no_error() -> None:
    bins = metrics.calibration_bins(confidence=np.full(10, 0.8), right=np.arange(10) < 8)
    assert metrics.expected_calibration_error(bins) == pytest.approx(0)


@pytest.mark.parametrize(
    ("higher", "lower", "expected"),
    [
        ([3, 4], [1, 2], 1.0),
        ([1, 2], [3, 4], 0.0),
        ([5, 5], [5], 0.5),
        ([1, 3], [2], 0.5),
        ([2, 3, 4], [1, 3], 4.5 / 6),  # 2 is above 1 of 2, 3 above 1.5, 4 above both.
    ],
)
def test_auroc_is_the_share_of_pairs_in_order(
    higher: list[float], lower: list[float], expected: float
) -> None:
    assert metrics.auroc(higher=np.array(higher), lower=np.array(lower)) == pytest.approx(expected)


def test_auroc_equals_counting_every_pair() -> None:
    random = np.random.default_rng(1)
    higher, lower = random.integers(0, 20, 50) + 3, random.integers(0, 20, 70)
    pairs = np.sign(higher[:, np.newaxis] - lower)
    assert metrics.auroc(higher=higher, lower=lower) == pytest.approx(float((pairs + 1).mean()) / 2)
