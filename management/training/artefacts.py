"""The files that a training leaves, and the checkpoint from which it can be resumed, all in one folder."""

import io
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile

from management import atomic
from management.training.errors import TrainingError
from management.training.hyperparameters import Hyperparameters, HyperparametersError
from management.training.metrics import EpochMetrics

_PARAMETERS, _TRAINER_STATES, _AVERAGED = "parameters", "trainer-states", "averaged"
_PROGRESS = "progress.json"
"""The parts of a checkpoint."""


class ArtefactError(TrainingError):
    """The files cannot be written to their place."""


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
    """The averaged parameters, in the same form."""
    epochs: tuple[EpochMetrics, ...]


@dataclass(frozen=True, slots=True)
class Artefacts:
    """Named after the parameters' file. Raises ArtefactError for a name that does not end in .params."""

    parameters: Path

    def __post_init__(self) -> None:
        if self.parameters.suffix != ".params":
            raise ArtefactError(f"{self.parameters} must end in .params.")

    @property
    def card(self) -> Path:
        return self.parameters.with_suffix(".json")

    @property
    def text(self) -> Path:
        """The card for people."""
        return self.parameters.with_suffix(".md")

    @property
    def plots(self) -> Path:
        """The folder of the plots that the text shows."""
        return self.parameters.with_name(f"{self.parameters.stem}-pictures")

    @property
    def holdout(self) -> "Artefacts":
        """The holdout run's own artefacts."""
        return Artefacts(self.parameters.with_name(f"{self.parameters.stem}-rehearsal.params"))

    @property
    def checkpoint(self) -> Path:
        return self.parameters.with_suffix(".checkpoint")

    def require_writable(self) -> None:
        """Create the folder where it is missing, and raise ArtefactError if it cannot be written to."""
        make_writable(self.parameters.parent)
        for path in (self.parameters, self.card, self.text, self.checkpoint):
            if path.is_dir():
                raise ArtefactError(f"{path} is a folder.")

    def plot_names(self, plots: Iterable[str]) -> list[str]:
        """The paths of these plots and then of the holdout run's, relative to the text's folder."""
        ours = [self.plots / name for name in plots]
        theirs = sorted(self.holdout.plots.glob("*.svg"))
        return [path.relative_to(self.text.parent).as_posix() for path in (*ours, *theirs)]

    def save(self, *, parameters: bytes, card: bytes, text: str, plots: Mapping[str, bytes]) -> None:
        """Replace parameters and card, text and plots, and then drop the checkpoint and older plots.

        The card comes last because it vouches for the parameters by their digest. Should the process die
        between the two renames, the old card does not match the new parameters, which a reader must refuse;
        the checkpoint is still there, and resuming from it finishes the job.
        Raises OSError.
        """
        self.plots.mkdir(exist_ok=True)
        drawn = {self.plots / name: content for name, content in plots.items()}
        atomic.replace(
            {**drawn, self.text: text.encode(), self.parameters: parameters, self.card: card},
        )
        for path in set(self.plots.glob("*.svg")) - drawn.keys():
            path.unlink()
        self.checkpoint.unlink(missing_ok=True)

    def save_checkpoint(
        self, state: TrainerState, *, hyperparameters: Hyperparameters, data: dict[str, str]
    ) -> None:
        """Replace the checkpoint, a zip, whose checksums reveal damage. data: the SHA-256 of each file.

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
        atomic.replace({self.checkpoint: content.getvalue()})

    def load_checkpoint(self, *, hyperparameters: Hyperparameters, data: dict[str, str]) -> TrainerState:
        """The state to go on from, if it is of these hyperparameters and data. Raises CheckpointError.

        The trainer's states are MXNet's own pickle: resume only from checkpoints of your own.
        """
        path = self.checkpoint
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
        changed = [
            name for name in sorted(data.keys() | begun_on.keys()) if data.get(name) != begun_on.get(name)
        ]
        if changed:
            raise CheckpointError(
                f"{path} cannot be resumed from: it began with other data ({', '.join(changed)})"
            )
        return state


def make_writable(folder: Path) -> None:
    """Create a folder where it is missing. Raises ArtefactError if it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ArtefactError(f"{folder} cannot be written to: {os.strerror(error.errno or 0)}.") from error
