"""The files that a training leaves, and the one it keeps while it lasts. They lie in one folder."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from management import atomic
from management.training.errors import TrainingError


class ArtefactError(TrainingError):
    """The files cannot be written where they were asked for."""


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
        folder = self.parameters.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise ArtefactError(f"{folder} cannot be written to: {os.strerror(error.errno or 0)}.") from error
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
