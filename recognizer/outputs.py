"""The network's outputs: ten logits, their probabilities and scores, and all layers. Imports only NumPy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

MAX_MINIBATCH = 32
"""Inputs in one forward pass at most."""


class Classification(NamedTuple):
    """The network's result for one input."""

    probabilities: np.ndarray
    """Ten float32, for 0 to 9, summing to 1."""
    score: float
    """A higher score means that the input is more likely to be a digit."""
    margin: float
    """The score minus the threshold; an input with a margin of 0 or more counts as a digit."""

    @property
    def digit(self) -> int:
        """The most probable one."""
        # NumPy's argmax would let other threads run for each ten numbers, and wait for its turn.
        levels: list[float] = self.probabilities.tolist()
        return levels.index(max(levels))

    @property
    def accepted(self) -> bool:
        return self.margin >= 0


Classify = Callable[[Sequence[np.ndarray]], Sequence[Classification]]
"""Classifies inputs of (28, 28) float32."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The outputs of all layers for one input, all float32; those that go through tanh are in [-1, 1]."""

    first_convolution: np.ndarray
    """(20, 24, 24)"""
    first_pool: np.ndarray
    """(20, 12, 12)"""
    second_convolution: np.ndarray
    """(50, 8, 8)"""
    second_pool: np.ndarray
    """(50, 4, 4)"""
    hidden: np.ndarray
    """(500,)"""
    logits: np.ndarray
    """(10,), for 0 to 9, of any size."""


def probabilities(logits: np.ndarray, *, temperature: float = 1.0) -> np.ndarray:
    """(n, 10) logits to (n, 10) probabilities, each row summing to 1.

    temperature: the divisor of the logits, chosen so that 90 of 100 results with 90 % are right.
    Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def digit_scores(logits: np.ndarray) -> np.ndarray:
    """(n, 10) logits to (n,) scores: a higher score means that the input is more likely to be a digit.

    The logarithm of the sum of the logits' exponentials, which is low if all ten logits are low.
    Source: Liu, Wang, Owens, Li, "Energy-based Out-of-distribution Detection", NeurIPS 2020.
    """
    highest = logits.max(axis=1)
    return np.asarray(highest + np.log(np.exp(logits - highest[:, np.newaxis]).sum(axis=1)))
