"""Files that are made piece by piece, in bounded memory."""

import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from django.conf import settings

CHUNK_BYTES = 2**16
GZIP = 16 + zlib.MAX_WBITS
"""Asks zlib for gzip's header. It has neither a time nor a name: the same content gives the same file."""


class File(NamedTuple):
    name: str
    """Within the folder or the archive that it is written to."""
    chunks: Iterator[bytes]
    """To be read to the end before the next file is asked for."""


def spool() -> IO[bytes]:
    """A file without a name for what is too much to remember, gone when it is closed."""
    return tempfile.TemporaryFile(dir=settings.STATE_DIR)


def read_back(file: IO[bytes]) -> Iterator[bytes]:
    """All that has been written to a file."""
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(wbits=GZIP)
    yield from map(compressor.compress, chunks)
    yield compressor.flush()


def joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of some size: a network sends none of a few bytes well."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
