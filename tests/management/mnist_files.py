"""A small MNIST in its own file format, made of digits of the real one."""

import struct
from pathlib import Path

import numpy as np

from management.training.datasets.idx import IMAGES_MAGIC, LABELS_MAGIC
from management.training.datasets.mnist import TEST, TRAINING, FilePair

DATA = Path(__file__).resolve().parent.parent / "data"


def idx_bytes(values: np.ndarray, *, magic: int) -> bytes:
    """An IDX file's content: values of uint8 in any shape, as many dimensions as the magic says."""
    return struct.pack(f">I{values.ndim}I", magic, *values.shape) + values.tobytes()


def write_pair(folder: Path, pair: FilePair, *, archive: str, count: int) -> None:
    """Write the first digits of one of tests/data's archives under a pair's names."""
    with np.load(DATA / archive) as arrays:
        images, labels = arrays["images"][:count], arrays["labels"][:count]
    (folder / pair.images.name).write_bytes(idx_bytes(images, magic=IMAGES_MAGIC))
    (folder / pair.labels.name).write_bytes(idx_bytes(labels, magic=LABELS_MAGIC))


def write_small_mnist(folder: Path, *, training: int = 200, test: int = 50) -> Path:
    """Write the four files with the first digits of each pair."""
    folder.mkdir(exist_ok=True)
    write_pair(folder, TRAINING, archive="mnist-train-500.npz", count=training)
    write_pair(folder, TEST, archive="mnist-test-100.npz", count=test)
    return folder
