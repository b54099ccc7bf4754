"""Reading a labelled dataset in any of its forms, which a folder's content or a file's name tells.

The forms are a pair of IDX files, such as MNIST's or EMNIST's; pictures in folders that are named after their
label (FOLDER/7/3.png, and FOLDER/none for non-digits); and drawings in NDJSON.
"""

import hashlib
import re
from pathlib import Path

import numpy as np
from django.conf import settings

from management.progress import bars, check_stop
from management.training.datasets import drawings, idx, mnist
from management.training.datasets.canvas import draw_on_canvas
from management.training.datasets.labelled import LabelledSet
from management.training.errors import UnusableDataset
from mnistsite.types import DIGITS, NON_DIGIT, NON_DIGIT_NAME, DomainError
from recognizer.decoding import decode
from recognizer.errors import BlankDrawing
from recognizer.preprocessing import preprocess_digit
from recognizer.preprocessing.ink import find_ink_in
from recognizer.preprocessing.normalization import find_box, normalize
from recognizer.reader import reduce

_IDX_NAME = re.compile(
    r"(?P<set>.*?)(?P<before>[-_.]?)(?P<part>images|labels)(?P<between>[-_.])idx[13](?P<end>[-_.]ubyte)(\.gz)?"
)
_DIMENSIONS = {"images": "idx3", "labels": "idx1"}

_PICTURE_LABELS = {str(digit): digit for digit in range(DIGITS)} | {NON_DIGIT_NAME: NON_DIGIT}
_PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})


def read_dataset(path: Path) -> LabelledSet:
    """Read a dataset in any form; a pair of IDX files by the name of either, or of their folder.

    Raises UnusableDataset naming the file and what is wrong with it.
    """
    if path.is_dir():
        matches = ((file, _IDX_NAME.fullmatch(file.name)) for file in sorted(path.iterdir()))
        image_files = [(file, match) for file, match in matches if match and match["part"] == "images"]
        if len(image_files) > 1:
            names = ", ".join(file.name for file, _ in image_files)
            raise UnusableDataset(f"{path} holds several sets ({names}): name one of these files.")
        return read_idx_pair(*image_files[0]) if image_files else read_picture_folder(path)
    if not path.is_file():
        raise UnusableDataset(f"{path} does not exist.")
    if path.name.endswith(drawings.SUFFIXES):
        return read_drawings(path)
    if match := _IDX_NAME.fullmatch(path.name):
        return read_idx_pair(path, match)
    raise UnusableDataset(
        f"{path} is neither a folder, nor drawings (.ndjson, .ndjson.gz), nor one of a pair of IDX files "
        "(…images-idx3-ubyte and …labels-idx1-ubyte, plain or .gz)."
    )


def read_idx_pair(path: Path, match: re.Match[str]) -> LabelledSet:
    """The digits of the pair that a file belongs to. match: the parts of its name."""
    pair = {match["part"]: path}
    for part in _DIMENSIONS.keys() - pair:
        name = f"{match['set']}{match['before']}{part}{match['between']}{_DIMENSIONS[part]}{match['end']}"
        pair[part] = idx.find(path.parent, name)
    images = mnist.read_pair(pair["images"], pair["labels"])
    if mnist.is_mnist(images.digests):  # MNIST's own sets are known by their content, whatever their name.
        name = "mnist-test" if mnist.TEST.images.name in images.digests else "mnist-train"
    else:
        name = match["set"] or path.resolve().parent.name
    return mnist.prepare_set(images, name=name, description=f"preparing {name}")


def read_picture_folder(folder: Path) -> LabelledSet:
    """Every picture of a folder, through the same steps as one that is sent to the site.

    Raises UnusableDataset.
    """
    inner_folders = [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] != "."]
    for inner in inner_folders:
        if inner.name not in _PICTURE_LABELS:
            raise UnusableDataset(f"{inner}: the label is unknown; labels are 0 to {DIGITS - 1}, and none.")
    # Sorted: an order that no file system changes.
    files = (path for inner in inner_folders for path in sorted(inner.iterdir()))
    paths = [path for path in files if path.suffix.lower() in _PICTURE_SUFFIXES]
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
        labels=np.array([_PICTURE_LABELS[path.parent.name] for path in paths], np.int8),
        writers=("",) * len(paths),
        files={f"{folder.resolve().name}/": digest.hexdigest()},
    )


def read_drawings(path: Path) -> LabelledSet:
    """Every drawing of a single digit, and every non-digit. Raises UnusableDataset naming file and line."""
    file = drawings.read(path)
    if not file.drawings:
        raise UnusableDataset(f"{path} holds no drawing of a single digit, and no non-digit.")
    name = path.name.removesuffix(".gz").removesuffix(".ndjson")
    inputs = []
    for drawing in bars(file.drawings, total=len(file.drawings), description=f"drawing {name}"):
        check_stop()
        inputs.append(preprocess_digit(draw_on_canvas(drawing.strokes)))
    return LabelledSet(
        name=name,
        inputs=np.stack(inputs),
        labels=np.array([drawing.label for drawing in file.drawings], np.int8),
        writers=tuple(drawing.writer for drawing in file.drawings),
        files={path.name: file.sha256},
        skipped=file.skipped,
    )
