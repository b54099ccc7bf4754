"""The outbox: an embedded store that is bounded, and that records leave when they are where they belong.

All processes of a host share one file. Its bound is SQLite's own, so two that write at once cannot pass it
together.
"""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from history.identifiers import created_us, from_time_ordered, time_ordered
from history.records import Record
from history.stores.base import StoreUnavailable
from history.stores.embedded import BUSY_TIMEOUT_S, EmbeddedStore, deletion
from history.stores.group_commit import Work

RESERVE_BYTES = 8_000_000
"""What a file beside the outbox holds of the disk, for the time when it is full.

Not even taking a record out has room on a full disk: SQLite writes it to its log, and empties the log into a
file that may have to grow for it by as much as the log is long, 4 MB and whatever one commit wrote.
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in an outbox."""

    depth: int
    oldest_age_s: float | None
    """Since the oldest record was made; None where nothing waits."""


class Outbox(EmbeddedStore):
    def __init__(self, path: Path, *, max_bytes: int, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """max_bytes: what its file may grow to. `add` raises StoreUnavailable when it is full."""
        super().__init__(path, busy_timeout_s=busy_timeout_s, max_bytes=max_bytes)
        self.path = path
        self._reserve = path.with_name(f"{path.name}-reserve")

    def add(self, record: Record) -> None:
        self._require_room()
        super().add(record)

    def check(self) -> None:
        self._require_room()
        super().check()

    def oldest_ids(self, *, limit: int, after: UUID | None = None) -> list[UUID]:
        """The ids of at most `limit` records, in the order in which they were made."""
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

    def remove(self, record_ids: list[UUID]) -> None:
        """Take records out for good."""
        self._take_out(deletion(record_ids))

    def _take_out(self, work: Work) -> None:
        try:
            super()._take_out(work)
        except StoreUnavailable:
            self._reserve.unlink(missing_ok=True)
            # From here on nothing needs more room: an emptied log is written to from its start.
            with self._file.connection() as connection:
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
            super()._take_out(work)

    def _require_room(self) -> None:
        """Keep the reserve and as much again free: no addition takes what a removal has set free."""
        try:
            free = shutil.disk_usage(self.path.parent).free
            reserved = self._reserve.stat().st_size if self._reserve.exists() else 0
            if free + reserved < 2 * RESERVE_BYTES:
                raise StoreUnavailable(f"{self.path}: the disk is full but for what taking records out needs")
            if reserved < RESERVE_BYTES:
                with self._reserve.open("ab") as file:
                    os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: {error}") from error
