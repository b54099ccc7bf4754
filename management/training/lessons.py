"""What the network learns from, and in which mixture: an epoch's minibatches."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from management.training.digit_set import DigitSet
from management.training.recipe import Recipe
from mnistsite.types import DIGITS


@dataclass(frozen=True, slots=True)
class Minibatch:
    """Digits first, then what is no digit."""

    fields: np.ndarray
    """(n, 28, 28) float32 in [0, 1]."""
    targets: np.ndarray
    """(n, 10) float32, the probabilities to be learned: all alike for what is no digit."""
    weights: np.ndarray
    """(n,) float32: how much each counts."""
    strengths: np.ndarray
    """(n,) float32: how strongly each may be distorted."""
    labels: np.ndarray
    """Of the digits alone."""


@dataclass(frozen=True, slots=True)
class Lessons:
    scanned: DigitSet
    """MNIST's digits: each once in an epoch."""
    drawn: DigitSet
    """Pen digits, rendered many times: some in each epoch."""
    outliers: np.ndarray
    """Fields of what is no digit: some in each epoch."""

    def steps(self, recipe: Recipe) -> int:
        """Minibatches in an epoch."""
        return -(-(len(self.scanned) + recipe.drawn) // recipe.minibatch_size)

    def epoch(self, recipe: Recipe, number: int, random: np.random.Generator) -> Iterator[Minibatch]:
        """An epoch, counted from 1, in an order of its own."""
        distortion = recipe.distortion_in(number)
        drawn = random.integers(len(self.drawn), size=recipe.drawn)
        # Indices from 0 are scanned digits, those below drawn ones.
        order = random.permutation(np.concatenate((np.arange(len(self.scanned)), -1 - drawn)))
        per_digit = recipe.outliers / len(order)
        for start in range(0, len(order), recipe.minibatch_size):
            chosen = order[start : start + recipe.minibatch_size]
            outliers = random.integers(len(self.outliers), size=round(len(chosen) * per_digit))
            yield self._minibatch(chosen, outliers, recipe, distortion)

    def _minibatch(
        self, chosen: np.ndarray, outliers: np.ndarray, recipe: Recipe, distortion: float
    ) -> Minibatch:
        is_scanned = chosen >= 0
        scanned, drawn = chosen[is_scanned], -1 - chosen[~is_scanned]
        labels = np.concatenate((self.scanned.labels[scanned], self.drawn.labels[drawn]))
        digits, others = len(chosen), len(outliers)
        strengths = np.full(digits + others, distortion * recipe.drawn_distortion, np.float32)
        strengths[: len(scanned)] = distortion
        return Minibatch(
            fields=np.concatenate(
                (self.scanned.fields[scanned], self.drawn.fields[drawn], self.outliers[outliers])
            ),
            targets=np.concatenate(
                (np.eye(DIGITS, dtype=np.float32)[labels], np.full((others, DIGITS), 1 / DIGITS, np.float32))
            ),
            weights=np.repeat(np.array((1, recipe.outlier_weight), np.float32), (digits, others)),
            strengths=strengths,
            labels=labels,
        )
