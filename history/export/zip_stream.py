"""A ZIP archive that is streamed in bounded memory, for any number of files.

Python's zipfile keeps an entry for each file in memory; here the archive's directory waits in a temporary
file.
Source: APPNOTE.TXT 6.3.10 by PKWARE, sections 4.3 and 4.5.3. The archive always uses ZIP64, which has no size
limits.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator

from history.export.files import File, read_back, spool

VERSION, UNIX = 45, 3 << 8
SIZES_FOLLOW, DEFLATED = 8, 8
"""The flag for sizes and checksum after the content, and the compression method."""
MIDNIGHT, FIRST_OF_1980 = 0, 0x21
"""A fixed time for every file: the same files give the same archive."""
SEE_EXTRA, SEE_EXTRA_SHORT = 0xFFFFFFFF, 0xFFFF
ZIP64 = 1
REGULAR_FILE = 0o100644 << 16


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """The archive, in pieces."""
    offset = count = 0
    with spool() as directory:
        for file in files:
            packed = _Packed(file, offset)
            for piece in packed.pieces():
                offset += len(piece)
                yield piece
            directory.write(packed.directory_entry())
            count += 1
        size_bytes = directory.tell()
        yield from read_back(directory)
    yield _end(count=count, size_bytes=size_bytes, offset=offset)


class _Packed:
    """One file in the archive."""

    def __init__(self, file: File, offset: int) -> None:
        self._name, self._chunks, self._offset = file.name.encode(), file.chunks, offset
        self._checksum = self._size_bytes = self._packed_bytes = 0

    def pieces(self) -> Iterator[bytes]:
        extra = struct.pack("<HHQQ", ZIP64, 16, 0, 0)
        sizes = (0, SEE_EXTRA, SEE_EXTRA, len(self._name), len(extra))
        yield struct.pack("<4sHHHHHLLLHH", b"PK\3\4", *self._kind(), *sizes) + self._name + extra
        compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        for chunk in self._chunks:
            self._checksum = zlib.crc32(chunk, self._checksum)
            self._size_bytes += len(chunk)
            yield self._counted(compressor.compress(chunk))
        yield self._counted(compressor.flush())
        yield struct.pack("<4sLQQ", b"PK\7\10", self._checksum, self._packed_bytes, self._size_bytes)

    def directory_entry(self) -> bytes:
        """The file's entry in the archive's directory; call it after all pieces have been read."""
        extra = struct.pack("<HHQQQ", ZIP64, 24, self._size_bytes, self._packed_bytes, self._offset)
        sizes = (self._checksum, SEE_EXTRA, SEE_EXTRA, len(self._name), len(extra))
        rest = (0, 0, 0, REGULAR_FILE, SEE_EXTRA)  # No comment, first disk, nothing internal.
        return (
            struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", UNIX | VERSION, *self._kind(), *sizes, *rest)
            + self._name
            + extra
        )

    def _counted(self, packed: bytes) -> bytes:
        self._packed_bytes += len(packed)
        return packed

    @staticmethod
    def _kind() -> tuple[int, ...]:
        return VERSION, SIZES_FOLLOW, DEFLATED, MIDNIGHT, FIRST_OF_1980


def _end(*, count: int, size_bytes: int, offset: int) -> bytes:
    """The end records: the ZIP64 record, its locator, and the record of the old format."""
    at = offset + size_bytes
    new = struct.pack(
        "<4sQHHLLQQQQ", b"PK\6\6", 44, UNIX | VERSION, VERSION, 0, 0, count, count, size_bytes, offset
    )
    where = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    counts = (SEE_EXTRA_SHORT, SEE_EXTRA_SHORT, SEE_EXTRA, SEE_EXTRA)
    return new + where + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, *counts, 0)
