"""Temperature and threshold: honest probabilities, and yes or no, from logits.

Both are chosen on digits that the network has not learned from.
"""

from dataclasses import dataclass

import numpy as np

from management.training.metrics import log_loss, log_probabilities
from recognizer.outputs import digit_scores

TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(3), 231))
"""The temperatures that are tried, a hundredth apart."""

ACCEPTED = 0.99
"""Share of the digits that the threshold accepts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    temperature: float
    """The divisor of logits before they become probabilities."""
    threshold: float
    """The score from which something counts as a digit."""
    chosen_on: str


def calibrate(*, logits: np.ndarray, labels: np.ndarray, chosen_on: str) -> Calibration:
    """The temperature of the least log loss (Guo et al. 2017), and the threshold.

    (n, 10) logits and (n,) labels of digits by writers whom the network has not learned from.
    """
    losses = [
        log_loss(labels=labels, log_probabilities=log_probabilities(logits, temperature=float(temperature)))
        for temperature in TEMPERATURES
    ]
    return Calibration(
        temperature=round(float(TEMPERATURES[int(np.argmin(losses))]), 3),
        threshold=round(float(np.quantile(digit_scores(logits), 1 - ACCEPTED)), 3),
        chosen_on=chosen_on,
    )
