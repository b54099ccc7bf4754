"""MNIST's four files: their digests, and reading them.

Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", 1998; 60,000 digits to train on and
10,000 by other writers to test on.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from management.progress import bars, check_stop
from management.training.datasets import idx
from management.training.datasets.labelled import DigitSet, LabelledSet
from management.training.errors import UnusableDataset
from recognizer.errors import BlankDrawing
from recognizer.preprocessing import preprocess_digit


@dataclass(frozen=True, slots=True)
class MnistFile:
    """A file under its usual name, known by its content before compression."""

    name: str
    sha256: str
    size_bytes: int

    def check(self, content: bytes) -> None:
        """Raise UnusableDataset if this is not the file's content."""
        if len(content) != self.size_bytes:
            length = f"more than {self.size_bytes}" if len(content) > self.size_bytes else str(len(content))
            raise UnusableDataset(f"{self.name} is {length} bytes long instead of {self.size_bytes}")
        if (digest := hashlib.sha256(content).hexdigest()) != self.sha256:
            raise UnusableDataset(f"{self.name} has the SHA-256 {digest} instead of {self.sha256}")


@dataclass(frozen=True, slots=True)
class FilePair:
    """The two files of a part of the data set: label i is that of image i."""

    images: MnistFile
    labels: MnistFile


TRAINING = FilePair(
    images=MnistFile(
        "train-images-idx3-ubyte",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        47_040_016,
    ),
    labels=MnistFile(
        "train-labels-idx1-ubyte",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        60_008,
    ),
)
TEST = FilePair(
    images=MnistFile(
        "t10k-images-idx3-ubyte",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        7_840_016,
    ),
    labels=MnistFile(
        "t10k-labels-idx1-ubyte",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        10_008,
    ),
)
FILES = (TRAINING.images, TRAINING.labels, TEST.images, TEST.labels)


@dataclass(frozen=True, slots=True)
class LabelledImages:
    """The digits of a pair as its files hold them."""

    images: np.ndarray
    """(n, 28, 28) uint8, ink 255, paper 0."""
    labels: np.ndarray
    """(n,) uint8, 0 to 9."""
    digests: dict[str, str]
    """The SHA-256 of each file's content under the file's name."""


def read(folder: Path, pair: FilePair) -> LabelledImages:
    """Both files of a pair. They may hold other digits than MNIST's, in the same form and under its names.

    Raises UnusableDataset naming the file and its fault.
    """
    return read_pair(find(folder, pair.images), find(folder, pair.labels))


def find(folder: Path, file: MnistFile) -> Path:
    """The path of one of the four files. Raises UnusableDataset, which names the command that fetches it."""
    try:
        return idx.find(folder, file.name)
    except UnusableDataset as error:
        raise UnusableDataset(f"{error}: script/manage fetch_mnist brings MNIST's own") from None


def read_pair(images_path: Path, labels_path: Path) -> LabelledImages:
    """Images and their labels, in the same order. Raises UnusableDataset."""
    images, labels = idx.read_images(images_path), idx.read_labels(labels_path)
    if len(images.values) != len(labels.values):
        raise UnusableDataset(
            f"{images_path} holds {len(images.values)} images, but {labels_path} {len(labels.values)} labels"
        )
    digests = {
        path.name.removesuffix(".gz"): file.sha256
        for path, file in ((images_path, images), (labels_path, labels))
    }
    return LabelledImages(images.values, labels.values, digests)


def is_mnist(digests: dict[str, str]) -> bool:
    """Whether these digests, by file name, are MNIST's own."""
    known = {file.name: file.sha256 for file in FILES}
    return all(known.get(name) == digest for name, digest in digests.items())


def prepare(images: LabelledImages, *, description: str) -> DigitSet:
    """Turn every image into a network input, as serving does. Raises UnusableDataset for one without ink."""
    names = ", ".join(images.digests)
    inputs = np.empty(images.images.shape, np.float32)
    for i, image in enumerate(bars(images.images, total=len(inputs), description=description)):
        check_stop()
        try:
            inputs[i] = preprocess_digit(image)
        except BlankDrawing as error:
            raise UnusableDataset(f"{names}: image {i}, counted from 0, has no ink") from error
    return DigitSet(inputs, images.labels)


def prepare_set(images: LabelledImages, *, name: str, description: str) -> LabelledSet:
    """Images as a set to measure a network on. Raises UnusableDataset for one without ink."""
    digits = prepare(images, description=description)
    return LabelledSet(
        name=name,
        inputs=digits.inputs,
        labels=digits.labels.astype(np.int8),
        writers=("",) * len(digits),
        files=images.digests,
    )
