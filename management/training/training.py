"""A whole training: read, rehearse, train on everything, test once, save."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from management.progress import Progress
from management.training import card, checkpoint, mnist, rehearsal
from management.training.artefacts import Artefacts
from management.training.calibration import Calibration
from management.training.checkpoint import CheckpointError
from management.training.course import Course
from management.training.digit_set import prepare
from management.training.labelled import LabelledSet
from management.training.materials import Materials, read_materials
from management.training.measuring import measure
from management.training.recipe import Recipe
from management.training.report import summary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What to train, from what, and where to put it."""

    data: Path
    """The folder with MNIST's four files, or others in their form under their names."""
    own_drawings: Sequence[Path]
    """Files of labelled drawings to learn from beside those that come with the product."""
    artefacts: Artefacts
    recipe: Recipe
    rehearse_only: bool
    resume: bool
    """Go on from the checkpoint that an earlier training left beside the artefacts."""
    progress: Progress
    report: Callable[[str], None]
    """Takes a line of text at a time."""

    def run(self) -> card.ModelCard:
        """Rehearse, unless that was done with this recipe and these data, then train; or only rehearse.

        The test digits are read once, at the end. Raises errors.TrainingError, or OSError where a file
        cannot be written; of both artefacts the old ones are then still there, and so is the last whole
        epoch's checkpoint.
        """
        self.artefacts.require_writable()
        for file in (mnist.TEST.images, mnist.TEST.labels):
            mnist.find(self.data, file)  # Not to be missed only after the training.
        self._look_at_checkpoints()
        materials = read_materials(self.data, self.own_drawings, self.progress)
        # Both at once, so that a checkpoint of another recipe is refused before the other course is run.
        rehearsing, training = (
            self._course(artefacts, materials) for artefacts in (self.artefacts.rehearsal, self.artefacts)
        )
        if self.rehearse_only:
            return self._rehearse(rehearsing)
        note = self._rehearsed(materials) or _note_of(asdict(self._rehearse(rehearsing)))
        return self._train(training, note)

    def _look_at_checkpoints(self) -> None:
        paths = [
            path for path in (self.artefacts.rehearsal.checkpoint, self.artefacts.checkpoint) if path.exists()
        ]
        if self.resume and not paths:
            raise CheckpointError(f"There is no checkpoint at {self.artefacts.checkpoint} to resume from.")
        for path in () if self.resume else paths:
            self.report(
                f"{path} holds an unfinished training. It is overwritten when the first epoch ends; "
                "to go on with it instead, stop now and use --resume."
            )

    def _rehearsed(self, materials: Materials) -> card.RehearsalNote | None:
        """What the card of an earlier rehearsal says, if it was of this recipe and these data."""
        try:
            made = json.loads(self.artefacts.rehearsal.card.read_bytes())
            is_ours = made["recipe"] == asdict(self.recipe) and made["data"]["files"] == materials.digests
            note = _note_of(made) if is_ours else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if note:
            self.report(f"Thresholds and figures of pen digits: {self.artefacts.rehearsal.card.name}.")
        return note

    def _rehearse(self, course: Course) -> card.ModelCard:
        materials = course.materials
        split = materials.split(self.recipe.held_out_writers)
        self.report(
            f"Rehearsal: without {len(split.choosing)} drawings that choose the thresholds "
            f"and {len(split.testing)} that measure."
        )
        scanned, measured = materials.scanned.hold_out(self.recipe.held_out)
        fitting = course.fit(scanned, split.learned, held_out=measured)
        calibration = rehearsal.choose(fitting.logits, split.choosing, materials.digests)
        test = rehearsal.test(fitting.logits, split.testing, materials.digests, calibration)
        held_out = {
            "scanned digits, measured after each epoch": len(measured),
            "drawings to choose the thresholds on": len(split.choosing),
            "drawings to test with": len(split.testing),
        }
        for each in test:
            self.report(f"{each.labelled.name}: {summary_of(each.figures)}")
        return course.finish(fitting, calibration, test, held_out=held_out, note=None)

    def _train(self, course: Course, note: card.RehearsalNote) -> card.ModelCard:
        fitting = course.fit(course.materials.scanned, course.materials.pen, held_out=None)
        test = self._read_mnist_test()
        measured = measure(
            test,
            fitting.logits(test.fields),
            threshold=note.calibration.threshold,
            temperature=note.calibration.temperature,
        )
        self.report(f"{test.name}: {summary_of(measured.figures)}")
        return course.finish(fitting, note.calibration, [measured], held_out={}, note=note)

    def _read_mnist_test(self) -> LabelledSet:
        """The digits that nothing before this has seen."""
        images = mnist.read(self.data, mnist.TEST)
        digits = prepare(images, progress=self.progress, description="preparing the test digits")
        return LabelledSet(
            name="MNIST, test digits" if mnist.is_mnist(images.digests) else "test digits",
            fields=digits.fields,
            labels=digits.labels.astype(np.int8),
            writers=("",) * len(digits),
            files=images.digests,
        )

    def _course(self, artefacts: Artefacts, materials: Materials) -> Course:
        path, state = artefacts.checkpoint, None
        if self.resume and path.exists():
            state = checkpoint.load(path, recipe=self.recipe, data=materials.digests)
        return Course(
            artefacts=artefacts,
            materials=materials,
            recipe=self.recipe,
            begun=state,
            progress=self.progress,
            report=self.report,
        )


def _note_of(made: dict[str, Any]) -> card.RehearsalNote:
    """What the card of the served parameters says of their rehearsal. Raises KeyError or TypeError."""
    return card.RehearsalNote(
        version=made["version"],
        calibration=Calibration(**made["calibration"]),
        test=made["test"],
        data=made["data"],
    )
