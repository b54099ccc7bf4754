import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from management.training.artefacts import Artefacts, TrainerState
from management.training.augmentation.strokes import rasterize_digits, rasterize_non_digits
from management.training.datasets.drawings import LabelledDrawing
from management.training.datasets.labelled import DigitSet
from management.training.errors import UnusableDataset
from management.training.hyperparameters import Hyperparameters
from management.training.trainer import DivergedError, Trainer
from management.training.training_data import Batches
from tests.management.epochs import order, run_epoch

Begin = Callable[[Hyperparameters], Trainer]


@pytest.fixture
def begin(
    digits: DigitSet,
    hyperparameters: Hyperparameters,
    pen_digits: tuple[LabelledDrawing, ...],
    letters: tuple[LabelledDrawing, ...],
) -> Begin:
    """A trainer on small sets, which are rendered once for all of a test's hyperparameters."""
    scanned, held_out = digits.hold_out(hyperparameters.held_out)
    drawn = rasterize_digits(pen_digits, renderings=1, seed=1)
    non_digits = rasterize_non_digits(pen_digits, letters, count=hyperparameters.outlier_pool, seed=1)
    batches = Batches(scanned, drawn, non_digits)
    return lambda hyperparameters: Trainer(
        batches=batches, held_out=held_out, hyperparameters=hyperparameters
    )


def complete(trainer: Trainer) -> Trainer:
    while not trainer.is_complete:
        trainer.run_epoch()
    return trainer


def digest(trainer: Trainer) -> str:
    return hashlib.sha256(trainer.state().averaged).hexdigest()


def test_the_same_hyperparameters_gives_the_same_parameters(
    begin: Begin, hyperparameters: Hyperparameters
) -> None:
    assert digest(complete(begin(hyperparameters))) == digest(complete(begin(hyperparameters)))


def test_equal_parameters_are_written_as_equal_bytes(begin: Begin, hyperparameters: Hyperparameters) -> None:
    trainer, copy = begin(hyperparameters), begin(replace(hyperparameters, seed=2))
    copy.restore(trainer.state())
    assert copy.state().parameters == trainer.state().parameters


def test_stopping_and_going_on_equals_never_stopping(
    begin: Begin, hyperparameters: Hyperparameters, tmp_path: Path
) -> None:
    """In parameters, their average, momentum, figures, and in what is learned from when."""
    stopped, straight = begin(hyperparameters), begin(hyperparameters)
    for _ in range(2):  # The first average is taken in the second.
        stopped.run_epoch()
        straight.run_epoch()
    artefacts = Artefacts(tmp_path / "lenet.params")
    artefacts.save_checkpoint(stopped.state(), hyperparameters=hyperparameters, data={})
    resumed = begin(hyperparameters)
    resumed.restore(artefacts.load_checkpoint(hyperparameters=hyperparameters, data={}))
    assert order(run_epoch(resumed)) == order(run_epoch(straight))
    assert resumed.is_complete
    assert straight.is_complete
    assert without_seconds(resumed.state()) == without_seconds(straight.state())


def without_seconds(state: TrainerState) -> TrainerState:
    return replace(state, epochs=tuple(replace(figures, seconds=0) for figures in state.epochs))


def test_it_learns_digits_that_it_has_not_seen(
    begin: Begin, digits: DigitSet, hyperparameters: Hyperparameters
) -> None:
    trainer = complete(begin(replace(hyperparameters, epochs=25)))
    assert trainer.epochs[-1].loss < trainer.epochs[0].loss / 3
    last = trainer.epochs[-1].held_out_accuracy
    assert last is not None
    assert last > 0.7
    _, held_out = digits.hold_out(hyperparameters.held_out)
    right = (trainer.logits(held_out.inputs).argmax(axis=1) == held_out.labels).mean()
    assert right == pytest.approx(last)


def test_a_loss_that_is_no_number_ends_it(begin: Begin, hyperparameters: Hyperparameters) -> None:
    with pytest.raises(DivergedError, match="lower learning rate"):
        complete(begin(replace(hyperparameters, learning_rate=1e30)))


def test_some_digits_must_be_left_to_train_on(digits: DigitSet) -> None:
    with pytest.raises(UnusableDataset, match="200 of 200 training digits are to be held out"):
        digits.hold_out(200)
    assert len(digits.hold_out(199)[0]) == 1


def test_the_held_out_digits_are_the_last(digits: DigitSet) -> None:
    training, held_out = digits.hold_out(50)
    np.testing.assert_array_equal(np.concatenate((training.labels, held_out.labels)), digits.labels)
    assert (len(training), len(held_out)) == (150, 50)
