"""The model card: how the parameters came to be and how good they are, as JSON beside them."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version

from management.training.figures import EpochFigures, FinalFigures
from management.training.mnist import is_mnist
from management.training.recipe import Recipe
from mnistsite import __version__

_LICENCE = "Yann LeCun and Corinna Cortes hold the copyright; made available under CC BY-SA 3.0."


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
class DataNote:
    """What was trained and tested on."""

    name: str
    source: str
    licence: str
    files: dict[str, str]
    """The SHA-256 of each file's content, decompressed, under the file's name."""
    training: int
    held_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Everything about one set of parameters."""

    version: str
    network: NetworkNote
    parameters: ParametersNote
    recipe: Recipe
    data: DataNote
    epochs: tuple[EpochFigures, ...]
    test: FinalFigures
    date: str
    """When the training ended: UTC, ISO 8601, to the second."""
    versions: dict[str, str]
    device: str

    def to_json(self) -> bytes:
        """Keys sorted, indented, and with a line's end, so that two cards can be compared line by line."""
        return (json.dumps(asdict(self), indent=2, sort_keys=True) + "\n").encode()


def note_parameters(content: bytes, *, file: str) -> ParametersNote:
    """What a card says of a parameter file with this content."""
    return ParametersNote(file, hashlib.sha256(content).hexdigest(), len(content))


def note_data(*, digests: dict[str, str], training: int, held_out: int) -> DataNote:
    """What a card says of MNIST, or of files in its form that are not MNIST's."""
    genuine = is_mnist(digests)
    return DataNote(
        name="MNIST" if genuine else "IDX files other than MNIST's",
        source='LeCun, Cortes, Burges, "The MNIST database of handwritten digits", 1998'
        if genuine
        else "unknown",
        licence=_LICENCE if genuine else "unknown",
        files=digests,
        training=training,
        held_out=held_out,
    )


def version_of(parameters: ParametersNote) -> str:
    """The name of a model, which follows from its parameters alone."""
    return f"lenet-{parameters.sha256[:12]}"


def versions() -> dict[str, str]:
    """What this process runs on."""
    packages = {name: version(name) for name in ("django", "mxnet", "numpy", "pillow")}
    return packages | {"python": platform.python_version(), "product": __version__}
