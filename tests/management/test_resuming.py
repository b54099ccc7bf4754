"""What a training says of the checkpoint that it finds, and when it is not the one to go on from."""

import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from management.progress import Stopped, signals_noted
from management.training.artefacts import Artefacts
from management.training.datasets import mnist
from management.training.hyperparameters import Hyperparameters
from management.training.run import TrainingRun
from management.training.training_data import Batches, Minibatch
from recognizer.model_card import UnusableParameters, verified_card
from tests.management.mnist_files import write_pair
from tests.management.small import SMALL_OPTIONS


def stop_in(
    epoch: int, *, data: Path, artefacts: Artefacts, hyperparameters: Hyperparameters, resume: bool = False
) -> tuple[str, list[str]]:
    """Train until a signal comes in the midst of an epoch; how it ends, and the lines reported before.

    The signal comes from within the minibatches: a real one would not come at the same place each time.
    """
    minibatches = Batches.epoch

    def stopped(
        batches: Batches, hyperparameters: Hyperparameters, number: int, random: np.random.Generator
    ) -> Iterator[Minibatch]:
        for i, minibatch in enumerate(minibatches(batches, hyperparameters, number, random)):
            if number == epoch and i == batches.steps(hyperparameters) // 2:
                signal.raise_signal(signal.SIGINT)
            yield minibatch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Batches, "epoch", stopped)
        return stop(
            lambda line: None, data=data, artefacts=artefacts, hyperparameters=hyperparameters, resume=resume
        )


def stop(
    listen: Callable[[str], None],
    *,
    data: Path,
    artefacts: Artefacts,
    hyperparameters: Hyperparameters,
    resume: bool,
) -> tuple[str, list[str]]:
    """Train until a signal comes; how it ends, and the lines reported before, which `listen` hears."""
    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(line)
        listen(line)

    with signals_noted(), pytest.raises(Stopped) as stopped:
        TrainingRun(
            data=data,
            artefacts=artefacts,
            own_drawings=[],
            hyperparameters=hyperparameters,
            holdout_only=False,
            resume=resume,
            report=report,
        ).run()
    return str(stopped.value), lines


@pytest.fixture(scope="module")
def rehearsed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Artefacts:
    """A holdout run that was done to its end."""
    artefacts = Artefacts(tmp_path_factory.mktemp("rehearsed") / "lenet.params")
    paths = (f"--data={data}", f"--output={artefacts.parameters}")
    call_command("train_lenet", *paths, "--epochs=3", *SMALL_OPTIONS, "--rehearse")
    return artefacts.holdout


@pytest.fixture
def artefacts(
    data: Path, tmp_path: Path, hyperparameters: Hyperparameters, rehearsed: Artefacts
) -> Artefacts:
    """Of a training that was stopped in its second epoch, after its holdout run."""
    artefacts = Artefacts(tmp_path / "lenet.params")
    shutil.copy(rehearsed.card, artefacts.holdout.card)
    message, lines = stop_in(2, data=data, artefacts=artefacts, hyperparameters=hyperparameters)
    assert message == "Stopped by SIGINT. To go on after epoch 1, give the same options and --resume."
    assert lines[0] == "The thresholds and the metrics of pen digits come from lenet-rehearsal.json."
    assert len(lines) == 2
    return artefacts


def resume(data: Path, artefacts: Artefacts, *options: str) -> None:
    paths = (f"--data={data}", f"--output={artefacts.parameters}")
    call_command("train_lenet", *paths, "--epochs=3", *SMALL_OPTIONS, "--resume", *options)


def test_before_the_first_epoch_ends_there_is_nothing_to_resume(
    data: Path, tmp_path: Path, hyperparameters: Hyperparameters
) -> None:
    artefacts = Artefacts(tmp_path / "lenet.params")
    message, _ = stop_in(1, data=data, artefacts=artefacts, hyperparameters=hyperparameters)
    assert message == "Stopped by SIGINT. No epoch had ended, so there is nothing to resume."
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_is_not_overwritten_without_a_word_nor_before_the_first_epoch_ends(
    data: Path, artefacts: Artefacts, hyperparameters: Hyperparameters
) -> None:
    before = artefacts.checkpoint.read_bytes()
    _, lines = stop_in(1, data=data, artefacts=artefacts, hyperparameters=replace(hyperparameters, seed=2))
    assert f"{artefacts.checkpoint} holds an unfinished training" in lines[0]
    assert artefacts.checkpoint.read_bytes() == before


def test_a_resumed_training_can_be_stopped_and_resumed_again(
    data: Path, artefacts: Artefacts, hyperparameters: Hyperparameters
) -> None:
    message, lines = stop_in(3, data=data, artefacts=artefacts, hyperparameters=hyperparameters, resume=True)
    assert lines[1] == "Resuming after epoch 1 of 3."
    assert "To go on after epoch 2" in message


def test_a_holdout_run_is_resumed_too(
    data: Path, tmp_path: Path, hyperparameters: Hyperparameters, rehearsed: Artefacts
) -> None:
    artefacts = Artefacts(tmp_path / "lenet.params")
    stop_in(3, data=data, artefacts=artefacts, hyperparameters=hyperparameters)
    assert [path.name for path in tmp_path.iterdir()] == ["lenet-rehearsal.checkpoint"]
    resume(data, artefacts)
    assert artefacts.holdout.parameters.read_bytes() == rehearsed.parameters.read_bytes()
    assert verified_card(artefacts.parameters).version.startswith("lenet-")


def test_other_hyperparameters_are_refused_and_the_checkpoint_kept(data: Path, artefacts: Artefacts) -> None:
    with pytest.raises(CommandError, match=r"momentum was 0\.9 and is now 0\.8; seed was 1 and is now 2$"):
        resume(data, artefacts, "--seed=2", "--momentum=0.8")
    assert artefacts.checkpoint.exists()


def test_other_data_are_refused_by_name(data: Path, tmp_path: Path, artefacts: Artefacts) -> None:
    other = shutil.copytree(data, tmp_path / "other")
    write_pair(other, mnist.TRAINING, archive="mnist-train-500.npz", count=199)
    with pytest.raises(CommandError, match=r"other data \(train-images-.*, train-labels-.*\)$"):
        resume(other, artefacts)


def test_what_dies_between_parameters_and_card_is_refused_and_mended_by_resuming(
    data: Path, artefacts: Artefacts, hyperparameters: Hyperparameters
) -> None:
    """The new parameters are in place, and the card is an earlier training's."""

    def stop_after_the_last_epoch(line: str) -> None:
        if line.startswith("epoch 3"):
            signal.raise_signal(signal.SIGINT)

    stop(
        stop_after_the_last_epoch,
        data=data,
        artefacts=artefacts,
        hyperparameters=hyperparameters,
        resume=True,
    )
    artefacts.parameters.write_bytes(b"new parameters")
    artefacts.card.write_text(
        '{"version": "lenet-old", "parameters": {"sha256": "0"}, '
        '"calibration": {"temperature": 1, "threshold": 0}}'
    )
    with pytest.raises(UnusableParameters, match="is not the file that"):
        verified_card(artefacts.parameters)
    resume(data, artefacts)
    assert verified_card(artefacts.parameters).version.startswith("lenet-")
    assert not artefacts.checkpoint.exists()
