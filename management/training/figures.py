"""What is measured while training and at its end."""

from dataclasses import dataclass

import numpy as np

from mnistsite.types import DIGITS


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochFigures:
    """One pass over the training digits."""

    epoch: int
    """Counted from 1."""
    loss: float
    """Mean cross-entropy in nats of the training digits, each just before it was learned from."""
    training_accuracy: float
    """Share of the training digits that were right at that moment."""
    held_out_accuracy: float | None
    """Share of the held-out digits that are right after the epoch; None where none are held out."""
    learning_rate: float
    """Of the epoch's last minibatch."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalFigures:
    """How a network does on digits that had no part in its making."""

    digits: int
    right: int
    accuracy: float
    recall: tuple[float | None, ...]
    """For each label, the share of its digits that are right; None where there are none."""
    confusion_matrix: tuple[tuple[int, ...], ...]
    """How many digits of each label (row) were taken for each digit (column)."""


def compare(*, labels: np.ndarray, digits: np.ndarray) -> FinalFigures:
    """Count answers against the truth: two arrays (n,) of whole numbers from 0 to 9, n at least 1."""
    matrix = np.bincount(labels.astype(int) * DIGITS + digits, minlength=DIGITS**2).reshape(DIGITS, DIGITS)
    right = int(matrix.trace())
    return FinalFigures(
        digits=len(labels),
        right=right,
        accuracy=right / len(labels),
        recall=tuple(int(row[i]) / int(row.sum()) if row.any() else None for i, row in enumerate(matrix)),
        confusion_matrix=tuple(tuple(map(int, row)) for row in matrix),
    )
