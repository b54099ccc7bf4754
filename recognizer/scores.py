"""From the network's ten logits to what is said of a digit."""

from typing import NamedTuple

import numpy as np


def probabilities(logits: np.ndarray, *, temperature: float = 1.0) -> np.ndarray:
    """(n, 10) logits to (n, 10) probabilities, each row summing to 1.

    temperature: what the logits are divided by, so that an answer of 90 % is right in 90 of 100 cases.
    Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def digit_scores(logits: np.ndarray) -> np.ndarray:
    """(n, 10) logits to (n,) scores: the higher, the more surely it is a digit at all.

    The logarithm of the summed powers, which is low where all ten logits are.
    Source: Liu, Wang, Owens, Li, "Energy-based Out-of-distribution Detection", NeurIPS 2020.
    """
    highest = logits.max(axis=1)
    return np.asarray(highest + np.log(np.exp(logits - highest[:, np.newaxis]).sum(axis=1)))


class Answer(NamedTuple):
    """What the network says of one field."""

    probabilities: np.ndarray
    """Ten float32, for 0 to 9, summing to 1."""
    score: float
    """The higher, the more surely it is a digit."""
    margin: float
    """By how much the score is above the one from which something counts as a digit."""

    @property
    def accepted(self) -> bool:
        return self.margin >= 0


def answers(logits: np.ndarray, *, temperature: float, threshold: float) -> list[Answer]:
    """What (n, 10) logits say of n fields."""
    shares, scores = probabilities(logits, temperature=temperature), digit_scores(logits).tolist()
    return [Answer(share, score, score - threshold) for share, score in zip(shares, scores, strict=True)]
