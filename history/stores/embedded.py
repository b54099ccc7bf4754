"""The embedded store: one SQLite file, for a site that needs no database server."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from history.identifiers import bounds_of, from_time_ordered, time_ordered
from history.records import Label, Record, Summary
from history.stores import rows
from history.stores.base import EVERYTHING, HistoryStore, RecordNotFound, Wanted
from history.stores.embedded_schema import STEPS
from history.stores.group_commit import GroupCommit, Work
from history.stores.sqlite_file import SQLiteFile, touch

BUSY_TIMEOUT_S = 5.0
"""How long a write waits for other writers before it gives up."""


class EmbeddedStore(HistoryStore):
    def __init__(
        self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, max_bytes: int | None = None
    ) -> None:
        self._file = SQLiteFile(path, steps=STEPS, busy_timeout_s=busy_timeout_s, max_bytes=max_bytes)
        self._commits = GroupCommit(self._file.connection)

    def add(self, record: Record) -> None:
        key = time_ordered(record.id)
        values = {"key": key, **rows.of_summary(record), **rows.of_drawing(record)}
        found = [(digit, key) for digit in sorted({found.digit for found in record.digits})]

        def work(connection: sqlite3.Connection) -> None:
            _insert(connection, "recognitions", values)
            connection.executemany("INSERT OR IGNORE INTO recognitions_by_digit VALUES (?, ?)", found)

        self._commits.run(work)

    def get(self, record_id: UUID) -> Record:
        with self._file.connection() as connection:
            row = _row(connection, "recognitions", record_id)
        if row is None:
            raise RecordNotFound(record_id)
        return rows.to_record(record_id, dict(row))

    def newest(self, *, limit: int, before: UUID | None = None, wanted: Wanted = EVERYTHING) -> list[Summary]:
        query, values = _list_query(before, wanted)
        with self._file.connection() as connection:
            found = connection.execute(query, (*values, limit)).fetchall()
        return [rows.to_summary(from_time_ordered(row["key"]), dict(row)) for row in found]

    def put_label(self, label: Label) -> None:
        values = {
            "key": time_ordered(label.record_id),
            "label": label.text,
            "given_by": label.given_by,
            "given_at_us": label.given_at_us,
        }

        def work(connection: sqlite3.Connection) -> None:
            if _row(connection, "recognitions", label.record_id) is None:
                raise RecordNotFound(label.record_id)
            _insert(connection, "labels", values)
            connection.execute(
                "UPDATE labels SET label = :label, given_by = :given_by, given_at_us = :given_at_us"
                " WHERE key = :key AND given_at_us < :given_at_us",
                values,
            )

        self._commits.run(work)

    def label(self, record_id: UUID) -> Label | None:
        with self._file.connection() as connection:
            row = _row(connection, "labels", record_id)
        if row is None:
            return None
        return Label(
            record_id=record_id,
            text=row["label"],
            given_by=row["given_by"],
            given_at_us=row["given_at_us"],
        )

    def delete(self, summary: Summary) -> None:
        self._commits.run(deletion([summary.id]))

    def check(self) -> None:
        with self._file.connection() as connection:
            touch(connection)


def deletion(record_ids: Sequence[UUID]) -> Work:
    """What takes records out of every table."""
    keys = [(time_ordered(record_id),) for record_id in record_ids]

    def work(connection: sqlite3.Connection) -> None:
        connection.executemany("DELETE FROM recognitions WHERE key = ?", keys)
        connection.executemany("DELETE FROM labels WHERE key = ?", keys)
        # Its digits are named for the sake of the key that they begin: without them the table is scanned.
        connection.executemany(
            "DELETE FROM recognitions_by_digit WHERE digit IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9) AND key = ?",
            keys,
        )

    return work


def _list_query(before: UUID | None, wanted: Wanted) -> tuple[str, list[Any]]:
    """A list's query, and what to bind before its limit. It reads along an index, and sorts nothing."""
    table, conditions = "recognitions", dict[str, Any]()
    if wanted.visitor is not None:
        conditions["visitor = ?"] = wanted.visitor
    if wanted.digit is not None:
        table, conditions["digit = ?"] = "recognitions_by_digit JOIN recognitions USING (key)", wanted.digit
    if wanted.label is not None:
        table, conditions["label = ?"] = "labels JOIN recognitions USING (key)", wanted.label
    below = [] if before is None else [time_ordered(before)]
    if wanted.day is not None:
        conditions["key >= ?"], end = bounds_of(wanted.day)
        below.append(end)
    if below:
        conditions["key < ?"] = min(below)
    columns, where = ", ".join(("key", *rows.SUMMARY_COLUMNS)), " AND ".join(conditions) or "1"
    query = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY key DESC LIMIT ?"  # noqa: S608 -- the names are this module's own
    return query, list(conditions.values())


def _row(connection: sqlite3.Connection, table: str, record_id: UUID) -> sqlite3.Row | None:
    query = f"SELECT * FROM {table} WHERE key = ?"  # noqa: S608 -- likewise
    row: sqlite3.Row | None = connection.execute(query, (time_ordered(record_id),)).fetchone()
    return row


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    """Insert a row, unless there is one under its key."""
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT (key) DO NOTHING"  # noqa: S608 -- likewise
    connection.execute(statement, tuple(values.values()))
