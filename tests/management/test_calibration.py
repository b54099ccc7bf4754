"""Temperature and threshold, on logits of which the best ones are known."""

import math

import numpy as np
import pytest

from management.training.holdout import calibrate

IMPOSSIBLE = -1e9


def only(scores: np.ndarray) -> np.ndarray:
    """Logits with one possible digit each, so that its logit is the score."""
    logits = np.full((len(scores), 10), IMPOSSIBLE)
    logits[:, 3] = scores
    return logits


def test_the_threshold_accepts_ninety_nine_of_a_hundred_digits() -> None:
    scores = np.arange(1000) / 10
    chosen = calibrate(logits=only(scores), labels=np.full(1000, 3), chosen_on="pen 04")
    assert (scores >= chosen.threshold).sum() == 990
    assert chosen.chosen_on == "pen 04"


@pytest.mark.parametrize("temperature", [0.5, 1, 2])
def test_the_temperature_makes_an_answer_as_sure_as_it_is_often_right(temperature: float) -> None:
    """Three of four answers are right, so e^(difference / temperature) must be three to one."""
    logits = np.full((4, 10), IMPOSSIBLE)
    logits[:, 3], logits[:, 5] = temperature * math.log(3), 0
    chosen = calibrate(logits=logits, labels=np.array([3, 3, 5, 3]), chosen_on="")
    assert chosen.temperature == pytest.approx(temperature, rel=0.006)
