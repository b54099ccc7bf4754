"""The outbox: an embedded store that is bounded, and that records leave when they are where they belong.

All processes of a host share one file. Its bound is SQLite's own, so two that write at once cannot pass it
together.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from history.ids import created_us, from_time_ordered, time_ordered
from history.stores.base import StoreUnavailable
from history.stores.sqlite.group_commit import Work
from history.stores.sqlite.store import BUSY_TIMEOUT_S, SQLiteStore

Result = TypeVar("Result")

RESERVE_BYTES = 1 << 23
"""The size of the file beside the outbox that reserves room for removals on a full disk.

A removal needs room, too: SQLite writes changed pages to its log, and empties the log into a file that may
have to grow for it.
"""

OF_A_FULL_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in an outbox."""

    depth: int
    oldest_age_s: float | None
    """Since the oldest record was made; None where nothing waits."""


class Outbox(SQLiteStore):
    def __init__(self, path: Path, *, max_bytes: int, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """max_bytes: what its file may grow to. `add` raises StoreUnavailable when it is full."""
        super().__init__(path, busy_timeout_s=busy_timeout_s, max_bytes=max_bytes)
        self.path = path
        self._reserve = path.with_name(f"{path.name}-reserve")

    def check(self) -> None:
        self._require_room()
        super().check()

    def oldest_ids(self, *, limit: int, after: UUID | None = None) -> list[UUID]:
        """The ids of at most `limit` records, in the order in which they were made."""
        query = "SELECT key FROM recognitions WHERE key > ? ORDER BY key LIMIT ?"
        start = time_ordered(after) if after else b""

        def read() -> list[UUID]:
            with self._file.connection() as connection:
                return [from_time_ordered(row["key"]) for row in connection.execute(query, (start, limit))]

        # On a full disk not even the file is opened.
        return self._with_the_reserve(read)

    def backlog(self) -> Backlog:
        """How many records wait, and for how long."""
        with self._file.connection() as connection:
            (depth,) = connection.execute("SELECT COUNT(*) FROM recognitions").fetchone()
        oldest = self.oldest_ids(limit=1)
        age_s = max(0.0, time.time() - created_us(oldest[0]) / 1e6) if oldest else None
        return Backlog(depth=depth, oldest_age_s=age_s)

    def remove(self, record_ids: Sequence[UUID]) -> None:
        """Take records out for good; on a full disk in parts, until each has room."""
        try:
            super().remove(record_ids)
        except StoreUnavailable:
            if len(record_ids) < 2:
                raise
            half = len(record_ids) // 2
            self.remove(record_ids[:half])
            self.remove(record_ids[half:])

    def shrink(self) -> None:
        """Give back the disk that an emptied outbox holds, where it has no room else for further records."""
        try:
            self._require_room()
        except StoreUnavailable:
            with self._file.connection() as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _take_out(self, work: Work) -> None:
        self._with_the_reserve(lambda: super(Outbox, self)._take_out(work))

    def _with_the_reserve(self, do: Callable[[], Result]) -> Result:
        try:
            return do()
        except StoreUnavailable as error:
            if getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF not in OF_A_FULL_DISK:
                raise
            try:
                self._reserve.unlink(missing_ok=True)
            except OSError as fault:
                raise StoreUnavailable(f"{self._reserve}: {fault}") from fault
            with self._file.connection() as connection:
                # From here on little more is needed: an emptied log is written to from its start.
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
            return do()

    def _require_room(self) -> None:
        """Keep the reserve, and as much again free beside what the log may yet make the file grow by.

        So no addition takes what a removal has set free.
        """
        try:
            free, reserved = shutil.disk_usage(self.path.parent).free, _allocated(self._reserve)
            if free + reserved < 2 * RESERVE_BYTES + _allocated(self.path.with_name(f"{self.path.name}-wal")):
                raise StoreUnavailable(f"{self.path}: the disk is full but for what taking records out needs")
            if reserved < RESERVE_BYTES:
                file = os.open(self._reserve, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    os.posix_fallocate(file, 0, RESERVE_BYTES)
                finally:
                    os.close(file)
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: {error}") from error


def _allocated(path: Path) -> int:
    """The bytes that a file has of the disk; a backup may have brought zeros back as a hole."""
    try:
        return path.stat().st_blocks * 512
    except FileNotFoundError:
        return 0
