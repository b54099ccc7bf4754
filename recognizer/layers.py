"""What each layer of the network makes of one field."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The outputs of one forward pass, all float32; those that go through tanh are in [-1, 1]."""

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
