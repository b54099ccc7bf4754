"""The outbox: the records that wait on this host while the store does not answer.

It is an embedded store with a size limit, from which the drainer removes delivered records. All processes of
a host share one file. The limit is the setting OUTBOX_BYTES; SQLite enforces it, so concurrent writers cannot
exceed it.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.conf import settings

from history.ids import created_us, from_time_ordered, time_ordered
from history.records import Summary
from history.stores.base import Deleted, StoreUnavailable
from history.stores.sqlite.store import BUSY_TIMEOUT_S, SQLiteStore

Result = TypeVar("Result")

RESERVE_BYTES = 1 << 23
"""Size of the file beside the outbox that reserves disk space for removals.

On a full disk a removal needs space too: SQLite writes changed pages to its log, and the database file may
have to grow when the log is written back.
"""

OF_A_FULL_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


@dataclass(frozen=True, slots=True)
class Backlog:
    """The size and age of an outbox's backlog."""

    depth: int
    oldest_age_s: float | None
    """Age of the oldest record; None if the outbox is empty."""


class Outbox(SQLiteStore):
    def __init__(self, path: Path, *, max_bytes: int, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """max_bytes: size limit of the file. `add` raises StoreUnavailable when the outbox is full."""
        super().__init__(path, busy_timeout_s=busy_timeout_s, max_bytes=max_bytes)
        self.path = path
        self._reserve = path.with_name(f"{path.name}-reserve")

    def check(self) -> None:
        self._require_room()
        super().check()

    def oldest_ids(self, *, limit: int, after: UUID | None = None) -> list[UUID]:
        """The ids of at most `limit` records, the oldest first."""
        query = "SELECT key FROM recognitions WHERE key > ? ORDER BY key LIMIT ?"
        start = time_ordered(after) if after else b""

        def read() -> list[UUID]:
            with self._file.connection() as connection:
                return [from_time_ordered(row["key"]) for row in connection.execute(query, (start, limit))]

        # On a full disk SQLite cannot even open the file.
        return self._with_the_reserve(read)

    def backlog(self) -> Backlog:
        """How many records wait, and for how long."""
        with self._file.connection() as connection:
            (depth,) = connection.execute("SELECT COUNT(*) FROM recognitions").fetchone()
        oldest = self.oldest_ids(limit=1)
        age_s = max(0.0, time.time() - created_us(oldest[0]) / 1e6) if oldest else None
        return Backlog(depth=depth, oldest_age_s=age_s)

    def delete(self, summary: Summary) -> Deleted | None:
        return self._with_the_reserve(lambda: super(Outbox, self).delete(summary))

    def remove(self, record_ids: Sequence[UUID]) -> None:
        """Remove records; on a full disk in smaller and smaller parts, until each part fits."""
        try:
            self._with_the_reserve(lambda: super(Outbox, self).remove(record_ids))
        except StoreUnavailable:
            if len(record_ids) < 2:
                raise
            half = len(record_ids) // 2
            self.remove(record_ids[:half])
            self.remove(record_ids[half:])

    def shrink(self) -> None:
        """Free the disk space of an emptied outbox, if too little is left for further records."""
        try:
            self._require_room()
        except StoreUnavailable:
            with self._file.connection() as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

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
                # The removal now needs little more space: SQLite reuses the emptied log from its start.
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
            return do()

    def _require_room(self) -> None:
        """Raise StoreUnavailable if an addition could use up the space that removals need.

        Removals need the reserve, as much again of free space, and the space by which the log can make the
        file grow. This also creates the reserve if it is missing.
        """
        try:
            free, reserved = shutil.disk_usage(self.path.parent).free, _allocated(self._reserve)
            if free + reserved < 2 * RESERVE_BYTES + _allocated(self.path.with_name(f"{self.path.name}-wal")):
                raise StoreUnavailable(f"{self.path}: the disk is full, except for the reserve for removals")
            if reserved < RESERVE_BYTES:
                file = os.open(self._reserve, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    os.posix_fallocate(file, 0, RESERVE_BYTES)
                finally:
                    os.close(file)
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: {error}") from error


def _allocated(path: Path) -> int:
    """The disk space of a file, in bytes; after a restore, its zeros may take no space."""
    try:
        return path.stat().st_blocks * 512
    except FileNotFoundError:
        return 0


@cache
def open_outbox() -> Outbox | None:
    """The outbox in HISTORY_OUTBOX, or None if the store does not need one."""
    return Outbox(**settings.HISTORY_OUTBOX) if settings.HISTORY_OUTBOX else None
