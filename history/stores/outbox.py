"""The outbox: the records that wait on this host while the store does not answer.

It is an embedded store with a size limit, from which the drainer removes delivered records. All processes of
a host share one file, and one at a time writes to it, so concurrent writers cannot exceed the limit,
the setting OUTBOX_BYTES.
"""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from history.ids import created_us, from_time_ordered, time_ordered
from history.stores.base import StoreUnavailable
from history.stores.sqlite.store import BUSY_TIMEOUT_S, SQLiteStore


@dataclass(frozen=True, slots=True)
class Backlog:
    """The size and age of an outbox's backlog."""

    depth: int
    oldest_age_s: float | None
    """Age of the oldest record; None if the outbox is empty."""


class Outbox(SQLiteStore):
    def __init__(self, path: Path, *, max_bytes: int, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """max_bytes: size limit of the file. `add` raises StoreUnavailable when the outbox is full."""
        super().__init__(path, busy_timeout_s=busy_timeout_s, max_bytes=max_bytes, remember_days=0)
        self.path = path

    def oldest_ids(self, *, limit: int, after: UUID | None = None) -> list[UUID]:
        """The ids of at most `limit` records, the oldest first."""
        query = "SELECT key FROM recognitions WHERE key > ? ORDER BY key LIMIT ?"
        start = time_ordered(after) if after else b""
        with self._file.connection() as connection:
            return [from_time_ordered(row["key"]) for row in connection.execute(query, (start, limit))]

    def backlog(self) -> Backlog:
        """How many records wait, and for how long."""
        with self._file.connection() as connection:
            (depth,) = connection.execute("SELECT COUNT(*) FROM recognitions").fetchone()
        oldest = self.oldest_ids(limit=1)
        age_s = max(0.0, time.time() - created_us(oldest[0]) / 1e6) if oldest else None
        return Backlog(depth=depth, oldest_age_s=age_s)

    def shrink(self) -> None:
        """Free the disk space of an emptied outbox, if too little is left for further records."""
        try:
            self._file.headroom.require()
        except StoreUnavailable:
            with self._file.connection() as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@cache
def open_outbox() -> Outbox | None:
    """The outbox in HISTORY_OUTBOX, or None if the store does not need one."""
    return Outbox(**settings.HISTORY_OUTBOX) if settings.HISTORY_OUTBOX else None
