"""Labelled digits and non-digits, as inputs of the network."""

from dataclasses import dataclass, field

import numpy as np

from management.training.errors import UnusableDataset


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Items with their labels."""

    name: str
    """Short, and unique in a run."""
    inputs: np.ndarray
    """(n, 28, 28) float32 in [0, 1], ink 1, paper 0, n at least 1."""
    labels: np.ndarray
    """(n,) int8: 0 to 9, or NON_DIGIT."""
    writers: tuple[str, ...]
    """The writer of each item; empty for an unknown one."""
    files: dict[str, str]
    """The SHA-256 of each file that was read, by its name."""
    skipped: dict[str, int] = field(default_factory=dict)
    """The number of items that were left out, by the reason."""

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class DigitSet:
    """Digits with their labels."""

    inputs: np.ndarray
    """(n, 28, 28) float32 in [0, 1], ink 1, paper 0."""
    labels: np.ndarray
    """(n,) uint8, 0 to 9."""

    def __len__(self) -> int:
        return len(self.labels)

    def hold_out(self, count: int) -> tuple["DigitSet", "DigitSet"]:
        """The digits to train on, and the last `count` digits. Raises UnusableDataset if no digit is left."""
        kept = len(self) - count
        if kept < 1:
            raise UnusableDataset(
                f"{count} of {len(self)} training digits are to be held out, which leaves none"
            )
        return DigitSet(self.inputs[:kept], self.labels[:kept]), DigitSet(
            self.inputs[kept:], self.labels[kept:]
        )
