"""Pictures in folders that are named after their label: FOLDER/7/3.png, and FOLDER/none for non-digits."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from django.conf import settings

from management.progress import bars, check_stop
from management.training.datasets.labelled import LabelledSet, UnusableDataset
from mnistsite.types import DIGITS, NON_DIGIT, NON_DIGIT_NAME, DomainError
from recognizer.decoding import decode
from recognizer.errors import BlankDrawing
from recognizer.preprocessing.ink import find_ink_in
from recognizer.preprocessing.normalization import find_box, normalize
from recognizer.reader import reduce

LABELS = {str(digit): digit for digit in range(DIGITS)} | {NON_DIGIT_NAME: NON_DIGIT}
SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})


def read_picture_folder(folder: Path) -> LabelledSet:
    """Every picture of a folder, through the same steps as one that is sent to the site.

    Raises UnusableDataset.
    """
    paths = list(_pictures(folder))
    if not paths:
        raise UnusableDataset(f"{folder} holds no pictures: they go into {folder}/0 to 9, and {folder}/none.")
    digest, inputs = hashlib.sha256(), []
    for path in bars(paths, total=len(paths), description=f"reading {folder.name}"):
        check_stop()
        try:
            content = path.read_bytes()
            ink = find_ink_in(decode(content, max_pixels=settings.MAX_DRAWING_PIXELS).image)
        except OSError as error:
            raise UnusableDataset(f"{path} cannot be read: {error.strerror}.") from error
        except BlankDrawing as error:
            raise UnusableDataset(f"{path} has no ink.") from error
        except DomainError as error:
            raise UnusableDataset(f"{path}: {error}") from error
        ink, _ = reduce(ink)
        inputs.append(normalize(ink[find_box(ink).window]))
        digest.update(f"{path.parent.name}/{path.name}\0".encode() + hashlib.sha256(content).digest())
    return LabelledSet(
        name=folder.resolve().name,
        inputs=np.stack(inputs),
        labels=np.array([LABELS[path.parent.name] for path in paths], np.int8),
        writers=("",) * len(paths),
        files={f"{folder.resolve().name}/": digest.hexdigest()},
    )


def _pictures(folder: Path) -> Iterator[Path]:
    """Every picture in the folders by label, in an order that no file system changes."""
    for inner in sorted(folder.iterdir()):
        if not inner.is_dir() or inner.name.startswith("."):
            continue
        if inner.name not in LABELS:
            raise UnusableDataset(f"{inner}: the label is unknown; labels are 0 to {DIGITS - 1}, and none.")
        yield from (path for path in sorted(inner.iterdir()) if path.suffix.lower() in SUFFIXES)
