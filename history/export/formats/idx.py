"""IDX, the format of MNIST's own files: the network's inputs and their labels.

Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", section on file formats.
"""

import struct
from collections.abc import Iterator
from itertools import chain

from history.export.export import ExportSource, Format
from history.export.files import File, gzipped, read_back, spool
from mnistsite.types import INPUT_SIZE

IMAGES, LABELS = "digits-images-idx3-ubyte.gz", "digits-labels-idx1-ubyte.gz"
IMAGES_MAGIC, LABELS_MAGIC = 0x00000803, 0x00000801


def files(source: ExportSource) -> Iterator[File]:
    """The headers come first and hold the number of digits, so the digits are written to temporary files."""
    with spool() as images, spool() as labels:
        for digit in source.digits(none_has_a_label=False):
            images.write(digit.input.tobytes())
            labels.write(bytes([digit.label]))
        count = labels.tell()
        of_images = struct.pack(">4I", IMAGES_MAGIC, count, INPUT_SIZE, INPUT_SIZE)
        of_labels = struct.pack(">2I", LABELS_MAGIC, count)
        yield File(IMAGES, gzipped(chain([of_images], read_back(images))))
        yield File(LABELS, gzipped(chain([of_labels], read_back(labels))))


FORMAT = Format(title="MNIST IDX", files=files, filename="digits-idx.zip", items="digits", is_folder=True)
