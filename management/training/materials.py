"""Everything that a training reads, and who of it may only be measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from management.progress import Progress
from management.training import drawings, mnist
from management.training.digit_set import DigitSet, prepare
from management.training.drawings import LabelledDrawing
from management.training.errors import TrainingError
from management.training.labelled import NO_DIGIT
from management.training.lessons import Lessons
from management.training.recipe import Recipe
from management.training.rendered import render_digits, render_outliers


@dataclass(frozen=True, slots=True)
class Split:
    """Drawings by who drew them: nobody is in two of these."""

    learned: list[LabelledDrawing]
    choosing: list[LabelledDrawing]
    """Temperature and threshold are chosen on these."""
    testing: list[LabelledDrawing]
    """These are read once, at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    scanned: DigitSet
    """MNIST's training digits."""
    pen: Sequence[LabelledDrawing]
    """Pen digits and letters by writers that a rehearsal may hold out."""
    own: Sequence[LabelledDrawing]
    """Drawings that the operator added: always learned from."""
    digests: dict[str, str]
    """The SHA-256 of every file."""

    def lessons(
        self, scanned: DigitSet, learned: Sequence[LabelledDrawing], recipe: Recipe, progress: Progress
    ) -> Lessons:
        """What to learn from, when these digits and drawings may be, beside the operator's own."""
        everything = [*learned, *self.own]
        digits = [drawing for drawing in everything if drawing.label != NO_DIGIT]
        others = [drawing for drawing in everything if drawing.label == NO_DIGIT]
        drawn = render_digits(digits, renderings=recipe.renderings, seed=recipe.seed, progress=progress)
        outliers = render_outliers(
            digits, others, count=recipe.outlier_pool, seed=recipe.seed, progress=progress
        )
        return Lessons(scanned, drawn, outliers)

    def split(self, writers: int) -> Split:
        """Hold out so many of the pen digits' writers to choose on and as many to test with, and fonts alike.

        Raises TrainingError when too few are left to learn from.
        """
        split = Split([], [], [])
        for is_digit in (True, False):
            of_kind = [each for each in self.pen if (each.label != NO_DIGIT) == is_digit]
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


def read_materials(data: Path, own: Sequence[Path], progress: Progress) -> Materials:
    """MNIST from its folder, the pen digits and letters that come with the product, and more drawings.

    Raises errors.TrainingError naming the file and what is wrong with it.
    """
    images = mnist.read(data, mnist.TRAINING)
    paths = (drawings.PEN_DIGITS, drawings.LETTERS, *own)
    files = {path: drawings.read(path, progress=progress) for path in paths}
    ours = (files[drawings.PEN_DIGITS], files[drawings.LETTERS])
    return Materials(
        scanned=prepare(images, progress=progress, description="preparing the training digits"),
        pen=[drawing for file in ours for drawing in file.drawings],
        own=[drawing for path in own for drawing in files[path].drawings],
        digests=images.digests | {path.name: file.sha256 for path, file in files.items()},
    )
