"""Files that are written in pieces, in bounded memory."""

import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from django.conf import settings

CHUNK_BYTES = 2**16
GZIP = 16 + zlib.MAX_WBITS
"""Makes zlib write gzip's header, without a time or a name: the same content gives the same file."""


class File(NamedTuple):
    name: str
    """Path inside the folder or the archive."""
    chunks: Iterator[bytes]
    """Read them to the end before you ask for the next file."""


def spool() -> IO[bytes]:
    """A temporary file, without a name, for data that would not fit into memory."""
    return tempfile.TemporaryFile(dir=settings.STATE_DIR)


def read_back(file: IO[bytes]) -> Iterator[bytes]:
    """The whole content of a file."""
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(wbits=GZIP)
    yield from map(compressor.compress, chunks)
    yield compressor.flush()


def joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of about CHUNK_BYTES: many small chunks are slow to send."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
