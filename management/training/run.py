"""A whole training: read the data, do the holdout run, train on everything, test once, save."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from management.progress import Stopped
from management.training.artefacts import Artefacts, CheckpointError, TrainerState
from management.training.datasets import mnist
from management.training.datasets.labelled import DigitSet
from management.training.holdout import Calibration, choose_calibration, measure_holdout
from management.training.hyperparameters import Hyperparameters
from management.training.metrics import MeasuredSet, measure
from management.training.report.model_card import HoldoutNote, ModelCard, make_card
from management.training.report.text import summary_of, to_markdown
from management.training.training_data import Batches, TrainingData, read_training_data

if TYPE_CHECKING:
    from management.training.trainer import Trainer


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """A training from its files to its artefacts."""

    data: Path
    """The folder with MNIST's four files, or others in their form under their names."""
    own_drawings: Sequence[Path]
    """Files of labelled drawings to train on, in addition to those that come with the product."""
    artefacts: Artefacts
    hyperparameters: Hyperparameters
    holdout_only: bool
    resume: bool
    """Go on from the checkpoint that an earlier run left beside the artefacts."""
    report: Callable[[str], None]
    """Called with one line of text at a time."""

    def run(self) -> ModelCard:
        """Do the holdout run, unless its card has these hyperparameters and data, and then the final run.

        The test digits are read once, at the end. Raises errors.TrainingError, or OSError where a file
        cannot be written; the old artefacts and the last whole epoch's checkpoint are then still there.
        """
        self.artefacts.require_writable()
        for file in (mnist.TEST.images, mnist.TEST.labels):
            mnist.find(self.data, file)  # Or they would be missed only after the training.
        runs = (self.artefacts.holdout, self.artefacts)
        checkpoints = [each.checkpoint for each in runs if each.checkpoint.exists()]
        if self.resume and not checkpoints:
            raise CheckpointError(f"There is no checkpoint at {self.artefacts.checkpoint} to resume from.")
        for path in () if self.resume else checkpoints:
            self.report(
                f"{path} holds an unfinished training. It is overwritten when the first epoch ends; "
                "to go on with it instead, stop now and use --resume."
            )
        data = read_training_data(self.data, self.own_drawings)
        # Both at once, so that a checkpoint of other hyperparameters is refused before the other run begins.
        holdout_state, final_state = (
            each.load_checkpoint(hyperparameters=self.hyperparameters, data=data.digests)
            if self.resume and each.checkpoint.exists()
            else None
            for each in runs
        )
        if self.holdout_only:
            return self._holdout_run(data, holdout_state)
        note = self._earlier_holdout_run(data) or _note_of(asdict(self._holdout_run(data, holdout_state)))
        return self._final_run(data, final_state, note)

    def _holdout_run(self, data: TrainingData, state: TrainerState | None) -> ModelCard:
        """Train without some writers; choose temperature and threshold on some and measure on the others."""
        split = data.split(self.hyperparameters.held_out_writers)
        self.report(
            f"Holdout run: without {len(split.choosing)} drawings that choose the thresholds "
            f"and {len(split.testing)} that measure the network."
        )
        scanned, held_out = data.scanned.hold_out(self.hyperparameters.held_out)
        batches = Batches.of(scanned, [*split.learned, *data.own], self.hyperparameters)
        trainer = self._train(self.artefacts.holdout, batches, held_out, state, data.digests)
        calibration = choose_calibration(trainer.logits, split.choosing, data.digests)
        test = measure_holdout(trainer.logits, split.testing, data.digests, calibration)
        counts = {
            "scanned digits, measured after each epoch": len(held_out),
            "drawings to choose the thresholds on": len(split.choosing),
            "drawings to test with": len(split.testing),
        }
        return self._save(
            self.artefacts.holdout, trainer, data, calibration, test, held_out=counts, note=None
        )

    def _final_run(self, data: TrainingData, state: TrainerState | None, note: HoldoutNote) -> ModelCard:
        """Train on everything with the holdout run's calibration, and test on MNIST's test digits."""
        batches = Batches.of(data.scanned, [*data.pen, *data.own], self.hyperparameters)
        trainer = self._train(self.artefacts, batches, None, state, data.digests)
        images = mnist.read(self.data, mnist.TEST)
        name = "MNIST, test digits" if mnist.is_mnist(images.digests) else "test digits"
        labelled = mnist.prepare_set(images, name=name, description="preparing the test digits")
        calibration = note.calibration
        test = measure(
            labelled,
            trainer.logits(labelled.inputs),
            threshold=calibration.threshold,
            temperature=calibration.temperature,
        )
        return self._save(self.artefacts, trainer, data, calibration, [test], held_out={}, note=note)

    def _train(
        self,
        artefacts: Artefacts,
        batches: Batches,
        held_out: DigitSet | None,
        state: TrainerState | None,
        digests: dict[str, str],
    ) -> "Trainer":
        """Run all epochs, with a checkpoint and a line of report after each."""
        from management.training.trainer import Trainer  # Late: it takes a second or two to load MXNet.

        epochs = self.hyperparameters.epochs
        trainer = Trainer(batches=batches, held_out=held_out, hyperparameters=self.hyperparameters)
        if state:
            trainer.restore(state)
            self.report(f"Resuming after epoch {len(state.epochs)} of {epochs}.")
        try:
            while not trainer.is_complete:
                metrics = trainer.run_epoch()
                artefacts.save_checkpoint(trainer.state(), hyperparameters=self.hyperparameters, data=digests)
                held_out_accuracy = metrics.held_out_accuracy
                self.report(
                    f"epoch {metrics.epoch:{len(str(epochs))}} of {epochs}: loss {metrics.loss:.4f}, "
                    f"training {metrics.training_accuracy:.2%}, "
                    + (f"held out {held_out_accuracy:.2%}, " if held_out_accuracy is not None else "")
                    + f"learning rate {metrics.learning_rate:.5f}, {metrics.seconds:.1f} s"
                )
        except Stopped as stopped:
            done = len(trainer.epochs)
            advice = (
                f"To go on after epoch {done}, give the same options and --resume."
                if done
                else "No epoch had ended, so there is nothing to resume."
            )
            raise Stopped(f"{stopped} {advice}", by=stopped.by) from None
        return trainer

    def _save(
        self,
        artefacts: Artefacts,
        trainer: "Trainer",
        data: TrainingData,
        calibration: Calibration,
        test: Sequence[MeasuredSet],
        *,
        held_out: dict[str, int],
        note: HoldoutNote | None,
    ) -> ModelCard:
        """Save the parameters with their card and plots, which show the first test set."""
        from management.training.report import plots  # Late: it takes a second to load Matplotlib.

        for each in test:
            self.report(f"{each.labelled.name}: {summary_of(each.metrics)}")
        parameters = trainer.state().averaged
        card = make_card(
            parameters,
            file=artefacts.parameters.name,
            layers=trainer.layers,
            hyperparameters=self.hyperparameters,
            data=data,
            held_out=held_out,
            epochs=trainer.epochs,
            calibration=calibration,
            test=test,
            holdout=note,
            device=trainer.device,
        )
        drawn = plots.draw_plots(
            epochs=trainer.epochs,
            first_filters=trainer.first_filters,
            sets=test[:1],
            temperature=calibration.temperature,
        )
        text = to_markdown(asdict(card), plots=artefacts.plot_names(drawn))
        artefacts.save(parameters=parameters, card=card.to_json(), text=text, plots=drawn)
        return card

    def _earlier_holdout_run(self, data: TrainingData) -> HoldoutNote | None:
        """The note of an earlier holdout run, if its card has these hyperparameters and data."""
        try:
            card = json.loads(self.artefacts.holdout.card.read_bytes())
            is_ours = card["recipe"] == asdict(self.hyperparameters) and card["data"]["files"] == data.digests
            note = _note_of(card) if is_ours else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if note:
            self.report(
                f"The thresholds and the metrics of pen digits come from {self.artefacts.holdout.card.name}."
            )
        return note


def _note_of(card: dict[str, Any]) -> HoldoutNote:
    """The part of a holdout run's card that the final run's card repeats. Raises KeyError or TypeError."""
    return HoldoutNote(
        version=card["version"],
        calibration=Calibration(**card["calibration"]),
        test=card["test"],
        data=card["data"],
    )
