"""NumPy's .npz: `images`, `labels` and the `ids` of their records."""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import IO, Any

import numpy as np

from history.export.export import ExportSource, Format
from history.export.files import File, joined, read_back, spool
from history.export.zip_stream import zipped
from mnistsite.types import INPUT_SIZE

NAME = "digits.npz"
ID_LENGTH = 36


def files(source: ExportSource) -> Iterator[File]:
    """A file that numpy.load reads without pickle."""
    with spool() as images, spool() as labels, spool() as ids:
        for digit in source.digits():
            images.write(digit.input.tobytes())
            labels.write(np.int8(digit.label).tobytes())
            ids.write(str(digit.record.id).encode())
        count = labels.tell()
        arrays = [
            _array("images", images, np.uint8, (count, INPUT_SIZE, INPUT_SIZE)),
            _array("labels", labels, np.int8, (count,)),
            _array("ids", ids, f"S{ID_LENGTH}", (count,)),
        ]
        yield File(NAME, joined(zipped(arrays)))


def _array(name: str, body: IO[bytes], dtype: Any, shape: tuple[int, ...]) -> File:
    header = BytesIO()
    described = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, described)  # type: ignore[no-untyped-call]
    return File(f"{name}.npy", chain([header.getvalue()], read_back(body)))


FORMAT = Format(title="NumPy npz", files=files, filename=NAME, items="digits")
