from dataclasses import replace
from pathlib import Path

import pytest

from management.training.checkpoint import CheckpointError, TrainerState, load, save
from management.training.hyperparameters import Hyperparameters
from management.training.metrics import EpochMetrics

RECIPE = Hyperparameters(epochs=7)
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
def path(tmp_path: Path) -> Path:
    """A checkpoint."""
    path = tmp_path / "lenet.checkpoint"
    save(path, STATE, hyperparameters=RECIPE, data=DATA)
    return path


def test_a_checkpoint_is_one_file_and_holds_all_of_the_state(path: Path) -> None:
    assert list(path.parent.iterdir()) == [path]
    assert load(path, hyperparameters=RECIPE, data=DATA) == STATE


def test_another_recipe_is_refused_with_what_differs(path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"momentum was 0\.9 and is now 0\.8$"):
        load(path, hyperparameters=replace(RECIPE, momentum=0.8), data=DATA)


def test_other_data_are_refused_by_name(path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"other data \(labels\)$"):
        load(path, hyperparameters=RECIPE, data=DATA | {"labels": "2f"})


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no checkpoint at .*lenet\.checkpoint to resume"):
        load(tmp_path / "lenet.checkpoint", hyperparameters=RECIPE, data=DATA)


@pytest.mark.parametrize("damage", [b"", b"PK", b"\0" * 500])
def test_a_damaged_checkpoint_is_named(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    with pytest.raises(CheckpointError, match=r"lenet\.checkpoint cannot be resumed from"):
        load(path, hyperparameters=RECIPE, data=DATA)


def test_a_changed_byte_is_noticed(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\2\3", b"\2\4", 1))
    with pytest.raises(CheckpointError, match="Bad CRC-32"):
        load(path, hyperparameters=RECIPE, data=DATA)
