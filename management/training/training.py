"""A whole training: read, prepare, fit with a checkpoint after every epoch, test once, save."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from management.progress import Progress
from management.training import card, checkpoint, idx, mnist
from management.training.artefacts import Artefacts
from management.training.digit_set import DigitSet, prepare
from management.training.figures import EpochFigures, compare
from management.training.recipe import Recipe
from management.training.stopping import Stopped

if TYPE_CHECKING:
    from management.training.fitting import Fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What to train, from what, and where to put it."""

    data: Path
    """The folder with MNIST's four files, or others in their form under their names."""
    artefacts: Artefacts
    recipe: Recipe
    resume: bool
    """Go on from the checkpoint that an earlier training left beside the artefacts."""
    progress: Progress
    report: Callable[[str], None]
    """Takes a line of text at a time."""

    def run(self) -> card.ModelCard:
        """Train, and save parameters and card. The test digits are read once, at the end.

        Raises errors.TrainingError, or OSError where a file cannot be written; of both artefacts the old
        ones are then still there, and so is the last whole epoch's checkpoint.
        """
        self.artefacts.require_writable()
        for file in (mnist.TEST.images, mnist.TEST.labels):
            idx.find(self.data, file.name)  # Not to be missed only after the training.
        images = mnist.read(self.data, mnist.TRAINING)
        state = self._state_to_resume(images.digests)
        digits = prepare(images, progress=self.progress, description="preparing the training digits")
        fitting = self._begin(digits, state)
        try:
            self._fit(fitting, images.digests)
            return self._finish(fitting, images.digests, len(digits))
        except Stopped as stopped:
            raise Stopped(f"{stopped} {_how_to_go_on(len(fitting.epochs))}", by=stopped.by) from None

    def _state_to_resume(self, digests: dict[str, str]) -> checkpoint.FittingState | None:
        path = self.artefacts.checkpoint
        if self.resume:
            state = checkpoint.load(path, recipe=self.recipe, data=digests)
            self.report(f"Resuming after epoch {len(state.epochs)} of {self.recipe.epochs}.")
            return state
        if path.exists():
            self.report(
                f"{path} holds an unfinished training. It is overwritten when the first epoch ends; "
                "to go on with it instead, stop now and use --resume."
            )
        return None

    def _begin(self, digits: DigitSet, state: checkpoint.FittingState | None) -> "Fitting":
        training, held_out = digits.hold_out(self.recipe.held_out)
        from management.training.fitting import Fitting  # Late: it takes a second or two to load MXNet.

        fitting = Fitting(training=training, held_out=held_out, recipe=self.recipe)
        if state:
            fitting.restore(state)
        return fitting

    def _fit(self, fitting: "Fitting", digests: dict[str, str]) -> None:
        while not fitting.is_complete:
            figures = fitting.run_epoch(progress=self.progress)
            checkpoint.save(self.artefacts.checkpoint, fitting.state(), recipe=self.recipe, data=digests)
            self.report(_line(figures, epochs=self.recipe.epochs))

    def _finish(self, fitting: "Fitting", digests: dict[str, str], count: int) -> card.ModelCard:
        """Measure on the test digits, which nothing before this has seen, and save."""
        images = mnist.read(self.data, mnist.TEST)
        test = prepare(images, progress=self.progress, description="preparing the test digits")
        content = fitting.state().parameters
        parameters = card.note_parameters(content, file=self.artefacts.parameters.name)
        made = card.ModelCard(
            version=card.version_of(parameters),
            network=fitting.network,
            parameters=parameters,
            recipe=self.recipe,
            data=card.note_data(
                digests=digests | images.digests,
                training=count - self.recipe.held_out,
                held_out=self.recipe.held_out,
            ),
            epochs=fitting.epochs,
            test=compare(labels=test.labels, digits=fitting.digits(test.fields)),
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=card.versions(),
            device=fitting.device,
        )
        self.artefacts.save(parameters=content, card=made.to_json())
        return made


def _line(figures: EpochFigures, *, epochs: int) -> str:
    return (
        f"epoch {figures.epoch:{len(str(epochs))}} of {epochs}: loss {figures.loss:.4f}, "
        f"training {figures.training_accuracy:.2%}, held out {figures.held_out_accuracy:.2%}, "
        f"learning rate {figures.learning_rate:.5f}, {figures.seconds:.1f} s"
    )


def _how_to_go_on(epochs: int) -> str:
    if not epochs:
        return "No epoch had ended, so there is nothing to resume."
    return f"To go on after epoch {epochs}, give the same options and --resume."
