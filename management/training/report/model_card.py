"""The model card: how the parameters were trained and how good they are, as JSON beside them."""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from management.training.datasets import mnist
from management.training.holdout import Calibration
from management.training.hyperparameters import Hyperparameters
from management.training.metrics import EpochMetrics, MeasuredSet, SetMetrics
from management.training.training_data import TrainingData
from mnistsite import __version__
from mnistsite.types import NON_DIGIT


@dataclass(frozen=True, slots=True)
class LayerNote:
    """A layer by the name of its kind in Gluon."""

    kind: str
    parameters: int


@dataclass(frozen=True, slots=True)
class NetworkNote:
    """The structure, from the input to the logits."""

    name: str
    parameters: int
    layers: tuple[LayerNote, ...]


@dataclass(frozen=True, slots=True)
class ParametersNote:
    """The file that this card vouches for. Where its digest differs, the two do not belong together."""

    file: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """The origin of a part of the data."""

    name: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataNote:
    """The data of the training and of its tests."""

    sources: tuple[SourceNote, ...]
    files: dict[str, str]
    """The SHA-256 of each file's content, decompressed, under the file's name."""
    drawings: dict[str, int]
    """The number of each kind."""
    held_out: dict[str, int]
    """The number of drawings that were held out, by purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldoutNote:
    """The holdout run: the same training without some of the pen's writers, which measured it."""

    version: str
    calibration: Calibration
    test: dict[str, Any]
    """The figures of its card."""
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Everything about one set of parameters. The names of the fields are the keys of the JSON."""

    version: str
    network: NetworkNote
    parameters: ParametersNote
    recipe: Hyperparameters
    data: DataNote
    epochs: tuple[EpochMetrics, ...]
    calibration: Calibration
    test: dict[str, SetMetrics]
    """By the name of the test set, each of which was read once, at the end."""
    rehearsal: HoldoutNote | None
    """None for the card of a holdout run itself."""
    date: str
    """When the training ended: UTC, ISO 8601, to the second."""
    versions: dict[str, str]
    device: str

    def to_json(self) -> bytes:
        """Keys sorted, indented, and with a line's end, so that two cards can be compared line by line."""
        return (json.dumps(asdict(self), indent=2, sort_keys=True) + "\n").encode()


_LICENCE = "Yann LeCun and Corinna Cortes hold the copyright; made available under CC BY-SA 3.0."

_PEN_DIGITS = SourceNote(
    name="Pen digits of 30 writers",
    source='E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", 1998, training part, '
    "UCI Machine Learning Repository",
    licence="CC BY 4.0",
)

_LETTERS = SourceNote(
    name="Letters and signs",
    source="Traced from the handwriting fonts that management/training/data/README.md lists",
    licence="SIL Open Font License 1.1 or Apache License 2.0, as listed there by font",
)


def make_card(
    parameters: bytes,
    *,
    file: str,
    layers: Sequence[tuple[str, int]],
    hyperparameters: Hyperparameters,
    data: TrainingData,
    held_out: dict[str, int],
    epochs: tuple[EpochMetrics, ...],
    calibration: Calibration,
    test: Sequence[MeasuredSet],
    holdout: HoldoutNote | None,
    device: str,
) -> ModelCard:
    """The card of parameters that a training has just ended with.

    file: the name of their file. layers: the kind and the number of parameters of each.
    """
    digest = hashlib.sha256(parameters).hexdigest()
    drawings = (*data.pen, *data.own)
    digits = sum(drawing.label != NON_DIGIT for drawing in drawings)
    return ModelCard(
        version=f"lenet-{digest[:12]}",
        network=NetworkNote(
            "LeNet",
            parameters=sum(count for _, count in layers),
            layers=tuple(LayerNote(kind, count) for kind, count in layers),
        ),
        parameters=ParametersNote(file, digest, len(parameters)),
        recipe=hyperparameters,
        data=DataNote(
            sources=note_sources(data.digests),
            files={
                **data.digests,
                **{name: sha256 for each in test for name, sha256 in each.labelled.files.items()},
            },
            drawings={
                "scanned digits": len(data.scanned),
                "pen digits": digits,
                "letters and signs": len(drawings) - digits,
            },
            held_out=held_out,
        ),
        epochs=epochs,
        calibration=calibration,
        test={each.labelled.name: each.metrics for each in test},
        rehearsal=holdout,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        versions={
            **{name: version(name) for name in ("django", "mxnet", "numpy", "pillow")},
            "python": platform.python_version(),
            "product": __version__,
        },
        device=device,
    )


def note_sources(digests: dict[str, str]) -> tuple[SourceNote, ...]:
    """The origins of MNIST, or of files in its form that are not MNIST's, and of the drawings."""
    scanned_files = {file.name for file in mnist.FILES}
    genuine = mnist.is_mnist({name: digests[name] for name in digests.keys() & scanned_files})
    scanned = SourceNote(
        name="MNIST" if genuine else "IDX files other than MNIST's",
        source='LeCun, Cortes, Burges, "The MNIST database of handwritten digits", 1998'
        if genuine
        else "unknown",
        licence=_LICENCE if genuine else "unknown",
    )
    return scanned, _PEN_DIGITS, _LETTERS
