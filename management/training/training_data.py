"""What a training learns from: its data, their split by writer for the holdout run, and the minibatches.

A minibatch mixes scanned digits, rasterized pen digits and non-digits, in shares that stay the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from management.training.augmentation.strokes import rasterize_digits, rasterize_non_digits
from management.training.datasets import drawings, mnist
from management.training.datasets.drawings import LabelledDrawing
from management.training.datasets.labelled import DigitSet
from management.training.errors import TrainingError
from management.training.hyperparameters import Hyperparameters
from mnistsite.types import DIGITS, NON_DIGIT


@dataclass(frozen=True, slots=True)
class WriterSplit:
    """Drawings by their writer: no writer is in two of these."""

    learned: list[LabelledDrawing]
    choosing: list[LabelledDrawing]
    """Temperature and threshold are chosen on these."""
    testing: list[LabelledDrawing]
    """These are read once, at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    scanned: DigitSet
    """MNIST's training digits."""
    pen: Sequence[LabelledDrawing]
    """Pen digits and letters by writers that a holdout run may leave out."""
    own: Sequence[LabelledDrawing]
    """Drawings that the operator added. No run holds them out."""
    digests: dict[str, str]
    """The SHA-256 of every file."""

    def split(self, writers: int) -> WriterSplit:
        """Hold out `writers` writers of pen digits to choose on and as many to test with, and as many fonts.

        Raises TrainingError when too few are left to learn from.
        """
        split = WriterSplit([], [], [])
        for is_digit in (True, False):
            of_kind = [each for each in self.pen if (each.label != NON_DIGIT) == is_digit]
            names = sorted({drawing.writer for drawing in of_kind})
            if len(names) <= 2 * writers:
                raise TrainingError(
                    f"2 times {writers} of {len(names)} writers are to be held out: too many."
                )
            first = len(names) - 2 * writers
            groups = dict.fromkeys(names[first : first + writers], split.testing)
            groups |= dict.fromkeys(names[first + writers :], split.choosing)
            for drawing in of_kind:
                groups.get(drawing.writer, split.learned).append(drawing)
        return split


def read_training_data(data: Path, own: Sequence[Path]) -> TrainingData:
    """MNIST from its folder, the pen digits and letters that come with the product, and more drawings.

    Raises errors.TrainingError naming the file and what is wrong with it.
    """
    images = mnist.read(data, mnist.TRAINING)
    paths = (drawings.PEN_DIGITS, drawings.LETTERS, *own)
    files = {path: drawings.read(path) for path in paths}
    ours = (files[drawings.PEN_DIGITS], files[drawings.LETTERS])
    return TrainingData(
        scanned=mnist.prepare(images, description="preparing the training digits"),
        pen=[drawing for file in ours for drawing in file.drawings],
        own=[drawing for path in own for drawing in files[path].drawings],
        digests=images.digests | {path.name: file.sha256 for path, file in files.items()},
    )


@dataclass(frozen=True, slots=True)
class Minibatch:
    """Digits first, then non-digits."""

    inputs: np.ndarray
    """(n, 28, 28) float32 in [0, 1]."""
    targets: np.ndarray
    """(n, 10) float32, the probabilities to learn: ten equal ones for a non-digit."""
    weights: np.ndarray
    """(n,) float32: the weight of each in the loss."""
    strengths: np.ndarray
    """(n,) float32: the strength of each input's distortion."""
    labels: np.ndarray
    """Those of the digits alone."""


@dataclass(frozen=True, slots=True)
class Batches:
    scanned: DigitSet
    """MNIST's digits: each once in an epoch."""
    drawn: DigitSet
    """Pen digits, rendered many times: some in each epoch."""
    non_digits: np.ndarray
    """(n, 28, 28) float32 in [0, 1]: some in each epoch."""

    @classmethod
    def of(
        cls, scanned: DigitSet, drawings: Sequence[LabelledDrawing], hyperparameters: Hyperparameters
    ) -> "Batches":
        """Rasterize pen digits and non-digits, for all epochs at once."""
        digits = [drawing for drawing in drawings if drawing.label != NON_DIGIT]
        letters = [drawing for drawing in drawings if drawing.label == NON_DIGIT]
        seed = hyperparameters.seed
        drawn = rasterize_digits(digits, renderings=hyperparameters.renderings, seed=seed)
        non_digits = rasterize_non_digits(digits, letters, count=hyperparameters.outlier_pool, seed=seed)
        return cls(scanned, drawn, non_digits)

    def steps(self, hyperparameters: Hyperparameters) -> int:
        """Minibatches in an epoch."""
        return -(-(len(self.scanned) + hyperparameters.drawn) // hyperparameters.minibatch_size)

    def epoch(
        self, hyperparameters: Hyperparameters, number: int, random: np.random.Generator
    ) -> Iterator[Minibatch]:
        """The minibatches of an epoch, counted from 1, in an order of its own."""
        strength = hyperparameters.distortion_in(number)
        chosen_drawn = random.integers(len(self.drawn), size=hyperparameters.drawn)
        # Indices from 0 are scanned digits, those below drawn ones.
        order = random.permutation(np.concatenate((np.arange(len(self.scanned)), -1 - chosen_drawn)))
        per_digit = hyperparameters.outliers / len(order)
        for start in range(0, len(order), hyperparameters.minibatch_size):
            chosen = order[start : start + hyperparameters.minibatch_size]
            non_digits = random.integers(len(self.non_digits), size=round(len(chosen) * per_digit))
            is_scanned = chosen >= 0
            scanned, drawn = chosen[is_scanned], -1 - chosen[~is_scanned]
            inputs = (self.scanned.inputs[scanned], self.drawn.inputs[drawn], self.non_digits[non_digits])
            labels = np.concatenate((self.scanned.labels[scanned], self.drawn.labels[drawn]))
            counts = len(chosen), len(non_digits)
            strengths = np.full(sum(counts), strength * hyperparameters.drawn_distortion, np.float32)
            strengths[: len(scanned)] = strength
            all_alike = np.full((len(non_digits), DIGITS), 1 / DIGITS, np.float32)
            yield Minibatch(
                inputs=np.concatenate(inputs),
                targets=np.concatenate((np.eye(DIGITS, dtype=np.float32)[labels], all_alike)),
                weights=np.repeat(np.array((1, hyperparameters.outlier_weight), np.float32), counts),
                strengths=strengths,
                labels=labels,
            )
