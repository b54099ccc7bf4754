"""All data that a training reads, and their split by writer for the holdout run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from management.training.datasets import drawings, mnist
from management.training.datasets.drawings import LabelledDrawing
from management.training.datasets.labelled import DigitSet
from management.training.errors import TrainingError
from mnistsite.types import NON_DIGIT


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
    """Drawings that the operator added: always learned from."""
    digests: dict[str, str]
    """The SHA-256 of every file."""

    def split(self, writers: int) -> WriterSplit:
        """Hold out `writers` of the pen digits' writers to choose on and as many to test with, and fonts too.

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
