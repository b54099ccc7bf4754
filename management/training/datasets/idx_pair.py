"""Digits in a pair of IDX files, such as MNIST's or EMNIST's, found by either one's name."""

import re
from pathlib import Path

from management.training.datasets import idx, mnist
from management.training.datasets.labelled import LabelledSet, UnusableDataset

_NAME = re.compile(
    r"(?P<set>.*?)(?P<before>[-_.]?)(?P<part>images|labels)(?P<between>[-_.])idx[13](?P<end>[-_.]ubyte)(\.gz)?"
)
_DIMENSIONS = {"images": "idx3", "labels": "idx1"}


def is_idx(path: Path) -> bool:
    """Whether a file is named like one of a pair."""
    return _NAME.fullmatch(path.name) is not None


def holds_images(folder: Path) -> bool:
    """Whether IDX files with images lie in a folder."""
    return bool(_images_in(folder))


def only_pair(folder: Path) -> Path:
    """The one file with images in a folder. Raises UnusableDataset where there are several."""
    found = _images_in(folder)
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise UnusableDataset(f"{folder} holds several sets ({names}): name one of these files.")
    return found[0]


def read_idx_pair(path: Path) -> LabelledSet:
    """The digits of a pair. Raises UnusableDataset or idx.IdxError."""
    match = _NAME.fullmatch(path.name)
    if not match:
        raise UnusableDataset(f"{path} is not named like one of a pair of IDX files.")
    images = mnist.read_pair(_partner(path, match, "images"), _partner(path, match, "labels"))
    if mnist.is_mnist(images.digests):  # MNIST's own sets are known by their content, whatever their name.
        name = "mnist-test" if mnist.TEST.images.name in images.digests else "mnist-train"
    else:
        name = match["set"] or path.resolve().parent.name
    return mnist.prepare_set(images, name=name, description=f"preparing {name}")


def _images_in(folder: Path) -> list[Path]:
    matches = ((path, _NAME.fullmatch(path.name)) for path in sorted(folder.iterdir()))
    return [path for path, match in matches if match and match["part"] == "images"]


def _partner(path: Path, match: re.Match[str], part: str) -> Path:
    """The pair's file with the images or the labels, plain or compressed. Raises idx.IdxError."""
    if match["part"] == part:
        return path
    name = f"{match['set']}{match['before']}{part}{match['between']}{_DIMENSIONS[part]}{match['end']}"
    return idx.find(path.parent, name)
