from dataclasses import replace
from pathlib import Path

import pytest

from management.training.artefacts import Artefacts, CheckpointError, TrainerState
from management.training.hyperparameters import Hyperparameters
from management.training.metrics import EpochMetrics

HYPERPARAMETERS = Hyperparameters(epochs=7)
DATA = {"images": "1f", "labels": "2e"}
FIGURES = EpochMetrics(
    epoch=1, loss=0.5, training_accuracy=0.8, held_out_accuracy=0.9, learning_rate=0.05, seconds=1.5
)
STATE = TrainerState(
    parameters=b"\0\1",
    trainer_states=b"\2\3",
    averaged=b"\4\5",
    epochs=(FIGURES, replace(FIGURES, epoch=2)),
)


@pytest.fixture
def artefacts(tmp_path: Path) -> Artefacts:
    """Those of a training that left a checkpoint."""
    artefacts = Artefacts(tmp_path / "lenet.params")
    artefacts.save_checkpoint(STATE, hyperparameters=HYPERPARAMETERS, data=DATA)
    return artefacts


def test_a_checkpoint_is_one_file_and_holds_all_of_the_state(artefacts: Artefacts) -> None:
    assert list(artefacts.checkpoint.parent.iterdir()) == [artefacts.checkpoint]
    assert artefacts.load_checkpoint(hyperparameters=HYPERPARAMETERS, data=DATA) == STATE


def test_other_hyperparameters_are_refused_with_what_differs(artefacts: Artefacts) -> None:
    with pytest.raises(CheckpointError, match=r"momentum was 0\.9 and is now 0\.8$"):
        artefacts.load_checkpoint(hyperparameters=replace(HYPERPARAMETERS, momentum=0.8), data=DATA)


def test_other_data_are_refused_by_name(artefacts: Artefacts) -> None:
    with pytest.raises(CheckpointError, match=r"other data \(labels\)$"):
        artefacts.load_checkpoint(hyperparameters=HYPERPARAMETERS, data=DATA | {"labels": "2f"})


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no checkpoint at .*lenet\.checkpoint to resume"):
        Artefacts(tmp_path / "lenet.params").load_checkpoint(hyperparameters=HYPERPARAMETERS, data=DATA)


@pytest.mark.parametrize("damage", [b"", b"PK", b"\0" * 500])
def test_a_damaged_checkpoint_is_named(artefacts: Artefacts, damage: bytes) -> None:
    artefacts.checkpoint.write_bytes(damage)
    with pytest.raises(CheckpointError, match=r"lenet\.checkpoint cannot be resumed from"):
        artefacts.load_checkpoint(hyperparameters=HYPERPARAMETERS, data=DATA)


def test_a_changed_byte_is_noticed(artefacts: Artefacts) -> None:
    content = artefacts.checkpoint.read_bytes()
    artefacts.checkpoint.write_bytes(content.replace(b"\2\3", b"\2\4", 1))
    with pytest.raises(CheckpointError, match="Bad CRC-32"):
        artefacts.load_checkpoint(hyperparameters=HYPERPARAMETERS, data=DATA)
