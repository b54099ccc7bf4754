"""Counts what clients use, for all workers of a site together, without a server or a file.

gunicorn's first process imports this module before it forks, so the workers share its memory. That holds
keyed hashes and times, and no address. The module imports nothing of the site: that is loaded after the fork.
"""

import fcntl
import hashlib
import math
import mmap
import os
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Allowance(NamedTuple):
    """What a client may do after a request."""

    remaining: int
    """Units that it may use now."""
    reset_s: int
    """Seconds until it may use all of its units again."""
    retry_after_s: int
    """Seconds until the request would be allowed; 0 if it was."""


class RateLimiter:
    """Counts units by the generic cell rate algorithm (ITU-T I.371), which keeps one time for each client.

    That time lies ahead by what the client has used and not yet regained. It is kept in a table of fixed
    size, in memory that child processes share. Of the clients that share a row, the table forgets the one
    that has used the least.
    """

    ROWS, COLUMNS = 16_384, 4
    ENTRY = struct.Struct("<Qd")

    def __init__(self) -> None:
        self._table = mmap.mmap(-1, self.ROWS * self.COLUMNS * self.ENTRY.size)
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._file, path = tempfile.mkstemp()  # For its lock alone: no byte is written.
        Path(path).unlink()

    def spend(
        self,
        client: str,
        units: float,
        *,
        limit: int,
        window_s: float,
        even_if_refused: bool = False,
    ) -> Allowance:
        """Use units of a client's limit in a window, if it has that many left.

        even_if_refused: for costs that are known only afterwards.
        """
        digest = hashlib.blake2b(client.encode(), key=self._key, digest_size=8).digest()
        name, unit_s, now = int.from_bytes(digest, "little"), window_s / limit, time.monotonic()
        with self._locked():
            offset, used_until = self._find(name)
            # Not later than the window's end, whatever a clock did since.
            used_until = min(max(used_until, now), now + window_s)
            wanted = used_until + units * unit_s
            wait_s = wanted - now - window_s
            if wait_s <= 0 or even_if_refused:
                used_until = min(wanted, now + window_s)
                self.ENTRY.pack_into(self._table, offset, name, used_until)
        return Allowance(
            remaining=max(0, math.floor((now + window_s - used_until) / unit_s + 1e-6)),
            reset_s=math.ceil(used_until - now),
            retry_after_s=0 if wait_s <= 0 else max(1, math.ceil(wait_s)),
        )

    def _find(self, name: int) -> tuple[int, float]:
        """Where a client's entry is or can be put, and its time."""
        row = name % self.ROWS * self.COLUMNS
        offsets = [(row + column) * self.ENTRY.size for column in range(self.COLUMNS)]
        entries = [self.ENTRY.unpack_from(self._table, offset) for offset in offsets]
        for offset, (other, used_until) in zip(offsets, entries, strict=True):
            if other == name:
                return offset, used_until
        return min(zip((used_until for _, used_until in entries), offsets, strict=True))[1], 0.0

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Between threads, and between processes: the kernel releases a lock whose process has ended."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


limiter = RateLimiter()
