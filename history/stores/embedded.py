"""The embedded store: one SQLite file, for a site that needs no database server.

SQLite's write-ahead log with `synchronous=FULL` syncs the log to disk at every commit, so what `add` has
returned from is there after a power cut (https://sqlite.org/pragma.html#pragma_synchronous).
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from history.identifiers import time_ordered
from history.records import Record, Summary
from history.stores import rows
from history.stores.base import HistoryStore, RecordNotFound, StoreUnavailable
from history.stores.embedded_schema import touch, upgrade

BUSY_TIMEOUT_S = 5.0
"""How long a write waits for other writers before it gives up."""


class EmbeddedStore(HistoryStore):
    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._path, self._busy_timeout_s = path, busy_timeout_s
        self._local = threading.local()

    def add(self, record: Record) -> None:
        values = rows.of_record(record)
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        with self._connection() as connection:
            connection.execute(
                f"INSERT INTO recognitions ({columns}) VALUES ({marks}) ON CONFLICT (key) DO NOTHING",  # noqa: S608 -- the names are this module's own
                tuple(values.values()),
            )

    def get(self, record_id: UUID) -> Record:
        query = "SELECT * FROM recognitions WHERE key = ?"
        with self._connection() as connection:
            row = connection.execute(query, (time_ordered(record_id),)).fetchone()
        if row is None:
            raise RecordNotFound(record_id)
        return rows.to_record(row)

    def newest(self, *, limit: int, before: UUID | None = None, visitor: str | None = None) -> list[Summary]:
        wanted: dict[str, bytes | str] = {}
        if before is not None:
            wanted["key < ?"] = time_ordered(before)
        if visitor is not None:
            wanted["visitor = ?"] = visitor
        query = (
            f"SELECT {', '.join(rows.SUMMARY_COLUMNS)} FROM recognitions WHERE {' AND '.join(wanted) or 1}"  # noqa: S608 -- likewise
            " ORDER BY key DESC LIMIT ?"
        )
        with self._connection() as connection:
            return [rows.to_summary(row) for row in connection.execute(query, (*wanted.values(), limit))]

    def check(self) -> None:
        with self._connection() as connection:
            touch(connection)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, opened when it is first used, and again when the file was replaced."""
        try:
            file = self._file()
            if file is None or getattr(self._local, "file", None) != file:
                self._local.connection = self._open()
                self._local.file = self._file()
            yield self._local.connection
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"{self._path}: {error}") from error

    def _file(self) -> tuple[int, int] | None:
        """Which file the path names now. What is written to one that was moved away would be lost."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _open(self) -> sqlite3.Connection:
        # With isolation_level None each statement is a transaction of its own, committed when it returns.
        connection = sqlite3.connect(self._path, timeout=self._busy_timeout_s, isolation_level=None)
        connection.row_factory = sqlite3.Row
        self._write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        upgrade(connection)
        return connection

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch to the write-ahead log, for which SQLite does not wait its turn as it does for writing."""
        deadline = time.monotonic() + self._busy_timeout_s
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
