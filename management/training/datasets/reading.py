"""Reading a labelled dataset in any of its forms, which a folder's content or a file's name tells."""

from pathlib import Path

import numpy as np

from management.progress import bars, check_stop
from management.training.datasets import drawings
from management.training.datasets.canvas import draw_on_canvas
from management.training.datasets.idx_pair import holds_images, is_idx, only_pair, read_idx_pair
from management.training.datasets.labelled import LabelledSet, UnusableDataset
from management.training.datasets.picture_folder import read_picture_folder
from recognizer.preprocessing import preprocess_digit


def read_dataset(path: Path) -> LabelledSet:
    """Read a folder of labelled pictures, a pair of IDX files by either name, or drawings in NDJSON.

    Raises UnusableDataset or another TrainingError, naming the file and what is wrong with it.
    """
    if path.is_dir():
        if holds_images(path):
            return read_idx_pair(only_pair(path))
        return read_picture_folder(path)
    if not path.is_file():
        raise UnusableDataset(f"{path} does not exist.")
    if path.name.endswith(drawings.SUFFIXES):
        return read_drawings(path)
    if is_idx(path):
        return read_idx_pair(path)
    raise UnusableDataset(
        f"{path} is neither a folder, nor drawings (.ndjson, .ndjson.gz), nor one of a pair of IDX files "
        "(…images-idx3-ubyte and …labels-idx1-ubyte, plain or .gz)."
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
