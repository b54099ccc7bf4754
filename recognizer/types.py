"""What the network says of one input. Imports NumPy alone."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

MAX_MINIBATCH = 32
"""Inputs in one forward pass at most."""


class Classification(NamedTuple):
    """What the network says of one input."""

    probabilities: np.ndarray
    """Ten float32, for 0 to 9, summing to 1."""
    score: float
    """The higher, the more surely it is a digit."""
    margin: float
    """By how much the score is above the one from which something counts as a digit."""

    @property
    def accepted(self) -> bool:
        return self.margin >= 0


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
