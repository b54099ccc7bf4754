"""Labelled digits from wherever they are, in the form that the network takes."""

from dataclasses import dataclass, field

import numpy as np

from management.training.errors import TrainingError

NO_DIGIT = -1
"""The label of what is no digit."""


class UnusableSource(TrainingError):
    """A source is missing or damaged, or says nothing of the labels. The message names it and says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Items and the truth about them."""

    name: str
    """Short; it tells this set from the others of a run."""
    fields: np.ndarray
    """(n, 28, 28) float32 in [0, 1], ink 1, paper 0, n at least 1."""
    labels: np.ndarray
    """(n,) int8: 0 to 9, or NO_DIGIT."""
    writers: tuple[str, ...]
    """Who drew each of them; empty for one who is unknown."""
    files: dict[str, str]
    """The SHA-256 of each file that was read, by its name."""
    skipped: dict[str, int] = field(default_factory=dict)
    """How many items were left out, by the reason."""

    def __len__(self) -> int:
        return len(self.labels)
