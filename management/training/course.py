"""One way from random parameters to saved ones, with a checkpoint after every epoch."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from management.progress import Progress
from management.training import card, card_markdown, checkpoint
from management.training.artefacts import Artefacts
from management.training.calibration import Calibration
from management.training.digit_set import DigitSet
from management.training.drawings import LabelledDrawing
from management.training.figures import EpochFigures
from management.training.labelled import NO_DIGIT
from management.training.materials import Materials
from management.training.measuring import MeasuredSet
from management.training.recipe import Recipe
from management.training.stopping import Stopped

if TYPE_CHECKING:
    from management.training.fitting import Fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    artefacts: Artefacts
    materials: Materials
    recipe: Recipe
    begun: checkpoint.FittingState | None
    """Where to go on, of a training that was stopped."""
    progress: Progress
    report: Callable[[str], None]

    def fit(
        self, scanned: DigitSet, learned: Sequence[LabelledDrawing], *, held_out: DigitSet | None
    ) -> "Fitting":
        """Learn from these digits and drawings through all epochs. Raises errors.TrainingError."""
        lessons = self.materials.lessons(scanned, learned, self.recipe, self.progress)
        from management.training.fitting import Fitting  # Late: it takes a second or two to load MXNet.

        fitting = Fitting(lessons=lessons, held_out=held_out, recipe=self.recipe)
        if self.begun:
            fitting.restore(self.begun)
            self.report(f"Resuming after epoch {len(self.begun.epochs)} of {self.recipe.epochs}.")
        try:
            while not fitting.is_complete:
                self._run_epoch(fitting)
        except Stopped as stopped:
            raise Stopped(f"{stopped} {_how_to_go_on(len(fitting.epochs))}", by=stopped.by) from None
        return fitting

    def finish(
        self,
        fitting: "Fitting",
        calibration: Calibration,
        test: Sequence[MeasuredSet],
        *,
        held_out: dict[str, int],
        note: card.RehearsalNote | None,
    ) -> card.ModelCard:
        """Save what was learned with its card, and draw it. Of the tests, pictures show the first."""
        content = fitting.state().averaged
        parameters = card.note_parameters(content, file=self.artefacts.parameters.name)
        made = card.ModelCard(
            version=card.version_of(parameters),
            network=fitting.network,
            parameters=parameters,
            recipe=self.recipe,
            data=self._note_data(held_out, test),
            epochs=fitting.epochs,
            calibration=calibration,
            test={each.labelled.name: each.figures for each in test},
            rehearsal=note,
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=card.versions(),
            device=fitting.device,
        )
        pictures = self._draw(fitting, test[0], calibration)
        text = card_markdown.to_markdown(asdict(made), pictures=self.artefacts.picture_names(pictures))
        self.artefacts.save(parameters=content, card=made.to_json(), text=text, pictures=pictures)
        return made

    def _draw(self, fitting: "Fitting", shown: MeasuredSet, calibration: Calibration) -> dict[str, bytes]:
        """Pictures by the name of their file."""
        from management.training.pictures import album  # Late: it takes a second to load Matplotlib.

        drawings = album.pictures(
            epochs=fitting.epochs,
            first_filters=fitting.first_filters,
            sets=[shown],
            temperature=calibration.temperature,
        ).items()
        drawn = self.progress(drawings, total=len(drawings), description="drawing")
        return {name: draw() for name, draw in drawn}

    def _run_epoch(self, fitting: "Fitting") -> None:
        figures = fitting.run_epoch(progress=self.progress)
        path, digests = self.artefacts.checkpoint, self.materials.digests
        checkpoint.save(path, fitting.state(), recipe=self.recipe, data=digests)
        self.report(_line(figures, epochs=self.recipe.epochs))

    def _note_data(self, held_out: dict[str, int], test: Sequence[MeasuredSet]) -> card.DataNote:
        files = dict(self.materials.digests)
        for each in test:
            files |= each.labelled.files
        drawings = (*self.materials.pen, *self.materials.own)
        digits = sum(drawing.label != NO_DIGIT for drawing in drawings)
        return card.DataNote(
            sources=card.note_sources(self.materials.digests),
            files=files,
            drawings={
                "scanned digits": len(self.materials.scanned),
                "pen digits": digits,
                "letters and signs": len(drawings) - digits,
            },
            held_out=held_out,
        )


def _line(figures: EpochFigures, *, epochs: int) -> str:
    held_out = figures.held_out_accuracy
    return (
        f"epoch {figures.epoch:{len(str(epochs))}} of {epochs}: loss {figures.loss:.4f}, "
        f"training {figures.training_accuracy:.2%}, "
        + (f"held out {held_out:.2%}, " if held_out is not None else "")
        + f"learning rate {figures.learning_rate:.5f}, {figures.seconds:.1f} s"
    )


def _how_to_go_on(epochs: int) -> str:
    if not epochs:
        return "No epoch had ended, so there is nothing to resume."
    return f"To go on after epoch {epochs}, give the same options and --resume."
