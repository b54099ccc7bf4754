"""Reading IDX, the format of MNIST's files, plain or compressed with gzip.

Big-endian: two zero bytes, the element type (8, unsigned byte), the number of dimensions, each dimension as
an unsigned 32-bit number, then the elements, the last dimension fastest.
Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", section on file formats.
"""

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from management.training.errors import UnusableDataset
from mnistsite.types import DIGITS, INPUT_SIZE

IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801

MAX_ITEMS = 1_000_000
"""Bounds what a header, or a few compressed bytes behind it, can make this module allocate: 784 MB."""


@dataclass(frozen=True, slots=True)
class IdxFile:
    """The content of a file."""

    values: np.ndarray
    """uint8: (n, 28, 28) images or (n,) labels."""
    sha256: str
    """Of the file's content, decompressed."""


def find(folder: Path, name: str) -> Path:
    """The file `name` of a folder, or else `name`.gz. Raises UnusableDataset if neither exists."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise UnusableDataset(f"{folder} holds neither {name} nor {name}.gz")


def read_images(path: Path) -> IdxFile:
    """Images of 28x28, ink 255 on paper 0. Raises UnusableDataset."""
    return _read(path, magic=IMAGES_MAGIC, item_shape=(INPUT_SIZE, INPUT_SIZE))


def read_labels(path: Path) -> IdxFile:
    """Labels from 0 to 9. Raises UnusableDataset."""
    file = _read(path, magic=LABELS_MAGIC, item_shape=())
    if (highest := int(file.values.max())) >= DIGITS:
        raise UnusableDataset(f"{path}: holds the label {highest}, and labels are 0 to {DIGITS - 1}")
    return file


def _read(path: Path, *, magic: int, item_shape: tuple[int, ...]) -> IdxFile:
    try:
        with open_plain_or_gzip(path) as stream:
            return _parse(stream, magic=magic, item_shape=item_shape)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise UnusableDataset(f"{path}: {error}") from error


def open_plain_or_gzip(path: Path) -> BinaryIO | gzip.GzipFile:
    """A file to read from, decompressed if its name ends in .gz. Raises OSError."""
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")


def _parse(stream: BinaryIO | gzip.GzipFile, *, magic: int, item_shape: tuple[int, ...]) -> IdxFile:
    """One file from its first byte to its last. Raises ValueError that says what is wrong, not where."""
    header_format = f">{2 + len(item_shape)}I"
    header = stream.read(struct.calcsize(header_format))
    if len(header) < struct.calcsize(header_format):
        raise ValueError("ends within its header")
    begins_with, count, *shape = struct.unpack(header_format, header)
    if begins_with != magic:
        raise ValueError(f"begins with 0x{begins_with:08x} instead of 0x{magic:08x}")
    if tuple(shape) != item_shape:
        raise ValueError(
            f"holds items of {'x'.join(map(str, shape))} instead of {'x'.join(map(str, item_shape))}"
        )
    if not 1 <= count <= MAX_ITEMS:
        raise ValueError(f"announces {count} items, and 1 to {MAX_ITEMS} are read")
    size_bytes = count * int(np.prod(item_shape, dtype=int))
    body = stream.read(size_bytes + 1)  # One more than there should be, and no more than that of a bomb.
    if len(body) < size_bytes:
        raise ValueError(f"ends after {len(body)} of {size_bytes} bytes")
    if len(body) > size_bytes:
        raise ValueError(f"goes on after the {size_bytes} bytes that its header announces")
    values = np.frombuffer(body, np.uint8).reshape(count, *item_shape)
    return IdxFile(values, hashlib.sha256(header + body).hexdigest())
