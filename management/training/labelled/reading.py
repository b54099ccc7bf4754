"""Which reader a source is for, by what it is and by its name."""

from pathlib import Path

from management.progress import Progress
from management.training.drawings import SUFFIXES
from management.training.labelled import LabelledSet, UnusableSource
from management.training.labelled.idx_pair import holds_images, is_idx, only_pair, read_idx_pair
from management.training.labelled.ndjson import read_ndjson
from management.training.labelled.picture_folder import read_picture_folder


def read_source(path: Path, *, progress: Progress) -> LabelledSet:
    """Read a folder of labelled pictures, a pair of IDX files by either name, or drawings in NDJSON.

    Raises UnusableSource or another TrainingError, naming the file and what is wrong with it.
    """
    if path.is_dir():
        if holds_images(path):
            return read_idx_pair(only_pair(path), progress=progress)
        return read_picture_folder(path, progress=progress)
    if not path.is_file():
        raise UnusableSource(f"{path} does not exist.")
    if path.name.endswith(SUFFIXES):
        return read_ndjson(path, progress=progress)
    if is_idx(path):
        return read_idx_pair(path, progress=progress)
    raise UnusableSource(
        f"{path} is neither a folder, nor drawings (.ndjson, .ndjson.gz), nor one of a pair of IDX files "
        "(…images-idx3-ubyte and …labels-idx1-ubyte, plain or .gz)."
    )
