"""The model card: how the parameters came to be and how good they are, as JSON beside them."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from management.training import mnist
from management.training.calibration import Calibration
from management.training.figures import EpochFigures
from management.training.measuring import SetFigures
from management.training.recipe import Recipe
from mnistsite import __version__


@dataclass(frozen=True, slots=True)
class LayerNote:
    """A layer by the name of its kind in Gluon."""

    kind: str
    parameters: int


@dataclass(frozen=True, slots=True)
class NetworkNote:
    """The structure, from the drawing to the answer."""

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
    """Where a part of the data comes from."""

    name: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataNote:
    """What was learned from, and what was only measured."""

    sources: tuple[SourceNote, ...]
    files: dict[str, str]
    """The SHA-256 of each file's content, decompressed, under the file's name."""
    drawings: dict[str, int]
    """How many there are of each kind."""
    held_out: dict[str, int]
    """How many of them were not learned from, by what they were for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalNote:
    """The same training without some of the pen's writers, which measured it."""

    version: str
    calibration: Calibration
    test: dict[str, Any]
    """The figures of its card."""
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Everything about one set of parameters."""

    version: str
    network: NetworkNote
    parameters: ParametersNote
    recipe: Recipe
    data: DataNote
    epochs: tuple[EpochFigures, ...]
    calibration: Calibration
    test: dict[str, SetFigures]
    """By the name of the test set, each of which was read once, at the end."""
    rehearsal: RehearsalNote | None
    """None for the card of a rehearsal itself."""
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


def note_parameters(content: bytes, *, file: str) -> ParametersNote:
    """What a card says of a parameter file with this content."""
    return ParametersNote(file, hashlib.sha256(content).hexdigest(), len(content))


def note_sources(digests: dict[str, str]) -> tuple[SourceNote, ...]:
    """What a card says of MNIST, or of files in its form that are not MNIST's, and of the drawings."""
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


def version_of(parameters: ParametersNote) -> str:
    """The name of a model, which follows from its parameters alone."""
    return f"lenet-{parameters.sha256[:12]}"


def versions() -> dict[str, str]:
    """What this process runs on."""
    packages = {name: version(name) for name in ("django", "mxnet", "numpy", "pillow")}
    return packages | {"python": platform.python_version(), "product": __version__}
