"""A training in one file, from which it goes on as if it had never stopped.

It is a zip, whose checksums reveal damage. The trainer's states are MXNet's own pickle: resume only from
checkpoints of your own.
"""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from management import atomic
from management.training.errors import TrainingError
from management.training.hyperparameters import Hyperparameters, HyperparametersError
from management.training.metrics import EpochMetrics

_PARAMETERS, _TRAINER_STATES, _AVERAGED = "parameters", "trainer-states", "averaged"
_PROGRESS = "progress.json"


class CheckpointError(TrainingError):
    """There is no checkpoint, or it cannot be resumed from. The message names it and says why."""


@dataclass(frozen=True, slots=True)
class TrainerState:
    """The state of a training after a whole epoch."""

    parameters: bytes
    """As MXNet writes them to a `.params` file."""
    trainer_states: bytes
    """The momentum of every parameter, as MXNet's trainer writes it."""
    averaged: bytes
    """The average of the parameters, as they are."""
    epochs: tuple[EpochMetrics, ...]


def save(path: Path, state: TrainerState, *, hyperparameters: Hyperparameters, data: dict[str, str]) -> None:
    """Replace the checkpoint. data: the SHA-256 of each training file.

    Raises OSError; the old checkpoint is then untouched.
    """
    progress = {
        "recipe": asdict(hyperparameters),
        "data": data,
        "epochs": [asdict(metrics) for metrics in state.epochs],
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(_PARAMETERS, state.parameters)
        archive.writestr(_TRAINER_STATES, state.trainer_states)
        archive.writestr(_AVERAGED, state.averaged)
        archive.writestr(_PROGRESS, json.dumps(progress))
    atomic.replace({path: content.getvalue()})


def load(path: Path, *, hyperparameters: Hyperparameters, data: dict[str, str]) -> TrainerState:
    """The state to go on from, if it is of these hyperparameters and data. Raises CheckpointError."""
    try:
        with zipfile.ZipFile(path) as archive:
            progress = json.loads(archive.read(_PROGRESS))
            state = TrainerState(
                parameters=archive.read(_PARAMETERS),
                trainer_states=archive.read(_TRAINER_STATES),
                averaged=archive.read(_AVERAGED),
                epochs=tuple(EpochMetrics(**metrics) for metrics in progress["epochs"]),
            )
        hyperparameters.require_same(progress["recipe"])
        begun_on: dict[str, str] = progress["data"]
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no checkpoint at {path} to resume from.") from error
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, HyperparametersError) as error:
        raise CheckpointError(f"{path} cannot be resumed from: {error}") from error
    changed = [name for name in sorted(data.keys() | begun_on.keys()) if data.get(name) != begun_on.get(name)]
    if changed:
        raise CheckpointError(
            f"{path} cannot be resumed from: it was begun on other data ({', '.join(changed)})"
        )
    return state
