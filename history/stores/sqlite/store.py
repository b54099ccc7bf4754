"""The embedded store: one SQLite file, for a site that needs no database server."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from history.filters import EVERYTHING, ListFilter, label_list_keys, list_keys
from history.ids import bounds_of, created_us, day_of, from_time_ordered, time_ordered
from history.records import Label, Record, Share, Summary
from history.stores import rows
from history.stores.base import Deleted, HistoryStore, RecordNotFound, Refused, StoreUnavailable
from history.stores.deletions import day_sha256, record_sha256
from history.stores.sqlite.file import GroupCommit, SQLiteFile, is_busy, space, touch, transaction
from history.stores.sqlite.migrations import MIGRATIONS

BUSY_TIMEOUT_S = 5.0
"""How long a write waits for other writers before it gives up."""

REMOVED_AT_ONCE, REMOVED_BYTES_AT_ONCE = 500, 1 << 20
"""Number and size of the records that one transaction removes: other writers wait for one transaction.

SQLite overwrites what it removes, so a removal writes about as much as the records are large.
"""

PAUSE = 1.0
"""The time between two transactions of a removal, as a part of the time that the last one took."""

FORGOTTEN_AT_ONCE = 10
"""Number of old deletions that a new one may replace. A wrong clock could make all of them look old."""

PUT_SHARE = """
INSERT INTO shares (key, link_key, until_us, changed_at_us)
VALUES (:key, :link_key, :until_us, :changed_at_us)
ON CONFLICT (key) DO UPDATE
SET link_key = excluded.link_key, until_us = excluded.until_us, changed_at_us = excluded.changed_at_us
WHERE changed_at_us <= excluded.changed_at_us
"""
"""Stores a share, unless the record has a later one."""

ROOM_BYTES = 65_536
"""A file that may not grow by this much counts as full: a drawing with its lists takes some 13 kB."""

RECORD_COLUMNS = ("key", *rows.SUMMARY_COLUMNS, *rows.DRAWING_COLUMNS)
LIST_COLUMNS = ("list", "key")
LABEL_COLUMNS = ("key", *rows.LABEL_COLUMNS)

ROWS_AT_ONCE = 64
"""Of one statement."""

Query = tuple[str, list[Any]]
"""A statement and its values."""


class _Addition(NamedTuple):
    """A record to add."""

    sha256: bytes
    row: tuple[Any, ...]
    """The values of RECORD_COLUMNS."""
    list_rows: list[tuple[str, bytes]]


class SQLiteStore(HistoryStore):
    def __init__(
        self,
        path: Path,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        max_bytes: int | None = None,
        remember_days: int = 30,
    ) -> None:
        """max_bytes: how much of the file may be in use, without its log; `add` refuses records beyond it.

        remember_days: how long the store remembers deletions, so that no backup brings records back.
        """
        self._file = SQLiteFile(path, migrations=MIGRATIONS, busy_timeout_s=busy_timeout_s)
        self._commits = GroupCommit(self._file.connection)
        self._max_bytes = max_bytes
        self._remember_us = remember_days * 86_400_000_000

    def add_all(self, records: Sequence[Record]) -> list[StoreUnavailable | None]:
        try:
            self._add_together([_to_add(record) for record in records])
        except StoreUnavailable as error:
            if len(records) < 2 or is_busy(error):
                return [error] * len(records)
            # One of them may be too large, and the others must still be stored.
            return [error for record in records for error in self.add_all([record])]
        return [None] * len(records)

    def _add_together(self, group: Sequence[_Addition]) -> None:
        """Store all of a group, or nothing."""

        def work(connection: sqlite3.Connection) -> None:
            # Not because of their days: with a wrong clock, a day can come that has been purged.
            query = f"SELECT id_sha256 FROM deletions WHERE id_sha256 IN ({_marks(len(group))})"  # noqa: S608 -- marks alone
            deleted = {row[0] for row in connection.execute(query, [each.sha256 for each in group])}
            left = [each for each in group if each.sha256 not in deleted]
            self._require_room(connection)
            _insert(connection, "recognitions", RECORD_COLUMNS, [each.row for each in left])
            # In the order of the index, whose pages are then changed one after another.
            list_rows = sorted(row for each in left for row in each.list_rows)
            _insert(connection, "recognitions_by_list", LIST_COLUMNS, list_rows)
            self._require_size(connection)

        self._commits.run(work)

    def get(self, record_id: UUID) -> Record:
        with self._file.connection() as connection:
            row = _row(connection, "recognitions", time_ordered(record_id))
        if row is None:
            raise RecordNotFound(record_id)
        return rows.to_record(record_id, dict(row))

    def put_inputs(self, record: Record) -> None:
        self._execute(
            "UPDATE recognitions SET inputs = ? WHERE key = ?", record.inputs, time_ordered(record.id)
        )

    def newest(
        self, *, limit: int, before: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        return self._list(list_query(list_filter, limit=limit, before=before))

    def oldest(
        self, *, limit: int, after: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        return self._list(list_query(list_filter, limit=limit, after=after, oldest_first=True))

    def values(self, criterion: str, *, limit: int) -> list[str]:
        """Finds each value with one step along the index."""
        start, end = f"{criterion} ", f"{criterion}!"  # "!" is the character after the space.
        query = "SELECT MIN(list) FROM recognitions_by_list WHERE list > ? AND list < ?"
        found: list[str] = []
        last = criterion
        with self._file.connection() as connection:
            while len(found) < limit:
                (key,) = connection.execute(query, (last, end)).fetchone()
                if key is None:
                    break
                found.append(key.removeprefix(start))
                last = key
        return found

    def put_label(self, label: Label) -> Label | None:
        key = time_ordered(label.record_id)
        before: Label | None = None

        def work(connection: sqlite3.Connection) -> None:
            nonlocal before
            if (row := _row(connection, "recognitions", key)) is None:
                raise RecordNotFound(label.record_id)
            summary, before = rows.to_summary(label.record_id, dict(row)), _label(connection, label.record_id)
            if before is not None:
                if before.given_at_us > label.given_at_us:
                    return
                _remove_from_lists(connection, label_list_keys(summary, before.text), key)
                connection.execute("DELETE FROM labels WHERE key = ?", (key,))
            values = {"key": key, **rows.from_label(label)}
            _insert(connection, "labels", LABEL_COLUMNS, [tuple(values[name] for name in LABEL_COLUMNS)])
            _add_to_lists(connection, label_list_keys(summary, label.text), key)

        self._commits.run(work)
        return before

    def labels(self, record_ids: Sequence[UUID]) -> dict[UUID, Label]:
        keys = {time_ordered(record_id): record_id for record_id in record_ids}
        query = f"SELECT * FROM labels WHERE key IN ({_marks(len(keys))})"  # noqa: S608 -- marks alone
        with self._file.connection() as connection:
            found = connection.execute(query, tuple(keys)).fetchall()
        return {keys[row["key"]]: rows.to_label(keys[row["key"]], dict(row)) for row in found}

    def put_share(self, share: Share) -> None:
        key = time_ordered(share.record_id)

        def work(connection: sqlite3.Connection) -> None:
            if _row(connection, "recognitions", key) is None:
                raise RecordNotFound(share.record_id)
            connection.execute(PUT_SHARE, {"key": key, **rows.from_share(share)})

        self._commits.run(work)

    def share(self, record_id: UUID) -> Share | None:
        with self._file.connection() as connection:
            row = _row(connection, "shares", time_ordered(record_id))
        return rows.to_share(record_id, dict(row)) if row else None

    def delete(self, summary: Summary) -> Deleted | None:
        deleted: Deleted | None = None

        def work(connection: sqlite3.Connection) -> None:
            nonlocal deleted
            deleted = _delete(connection, summary.id)
            self._remember(connection, record_sha256(summary.id))

        self._file.removing(lambda: self._commits.run(work))
        return deleted

    def deleted(self, record_ids: Sequence[UUID]) -> set[UUID]:
        with self._file.connection() as connection:
            return deleted_among(connection, record_ids)

    def purge(self, day: date) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM tallies WHERE day = ?", (day.isoformat(),))
            self._remember(connection, day_sha256(day))

        # Before the records: while a record is left, retention finds the day and purges it again.
        self._file.removing(lambda: self._commits.run(work))
        while found := self.oldest(limit=REMOVED_AT_ONCE, list_filter=ListFilter(day=day)):
            self.remove([summary.id for summary in found])

    def remove(self, record_ids: Sequence[UUID]) -> None:
        """Remove records from every table, in transactions between which other writers have their turn."""
        for part in self._parts(record_ids):
            started = time.monotonic()
            self._remove_at_once(part)
            if part[-1] != record_ids[-1]:
                time.sleep(PAUSE * (time.monotonic() - started))

    def _remove_at_once(self, record_ids: Sequence[UUID]) -> None:
        """Remove records in one transaction; on a full disk in smaller and smaller ones, until each fits."""

        def work(connection: sqlite3.Connection) -> None:
            for record_id in record_ids:
                _delete(connection, record_id)

        try:
            self._file.removing(lambda: self._commits.run(work))
        except StoreUnavailable:
            if len(record_ids) < 2:
                raise
            half = len(record_ids) // 2
            self._remove_at_once(record_ids[:half])
            self._remove_at_once(record_ids[half:])

    def _parts(self, record_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
        """The records in parts, each for one transaction."""
        query = "SELECT LENGTH(drawing) + LENGTH(CAST(strokes AS BLOB)) FROM recognitions WHERE key = ?"
        start, size_bytes = 0, 0
        for number, record_id in enumerate(record_ids):
            with self._file.connection() as connection:
                row = connection.execute(query, (time_ordered(record_id),)).fetchone()
            size_bytes += row[0] if row else 0
            if size_bytes > REMOVED_BYTES_AT_ONCE and number > start:
                yield record_ids[start:number]
                start, size_bytes = number, row[0] if row else 0
        if start < len(record_ids):
            yield record_ids[start:]

    def put_statistics(self, day: date, source: str, content: str) -> None:
        self._execute("INSERT OR REPLACE INTO tallies VALUES (?, ?, ?)", day.isoformat(), source, content)

    def statistics(self, first: date, last: date) -> list[tuple[date, str, str]]:
        query = "SELECT * FROM tallies WHERE day BETWEEN ? AND ? ORDER BY day, source"
        with self._file.connection() as connection:
            found = connection.execute(query, (first.isoformat(), last.isoformat())).fetchall()
        return [(date.fromisoformat(row["day"]), row["source"], row["content"]) for row in found]

    def check(self) -> None:
        """Writes only if the last write has failed; otherwise it asks whether the file can be written to."""
        with self._file.connection() as connection:
            self._require_room(connection)
            self._require_size(connection, ROOM_BYTES)
            if not self._commits.failed:
                with transaction(connection):
                    return
        self._commits.run(touch)

    def _execute(self, statement: str, *values: str | bytes) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(statement, values)

        self._commits.run(work)

    def _remember(self, connection: sqlite3.Connection, sha256: bytes) -> None:
        """Remember a deletion, and forget some of those that are too old."""
        if self._remember_us:
            now_us = time.time_ns() // 1000
            connection.execute("INSERT OR REPLACE INTO deletions VALUES (?, ?)", (sha256, now_us))
            oldest = "SELECT id_sha256 FROM deletions ORDER BY deleted_at_us LIMIT ?"
            too_old = f"DELETE FROM deletions WHERE deleted_at_us < ? AND id_sha256 IN ({oldest})"  # noqa: S608 -- the statement above
            connection.execute(too_old, (now_us - self._remember_us, FORGOTTEN_AT_ONCE))

    def _require_room(self, connection: sqlite3.Connection) -> None:
        """Raise Refused if an addition could use up the disk space that removals need."""
        self._file.headroom.require(free_in_file=space(connection)[1])

    def _require_size(self, connection: sqlite3.Connection, more: int = 0) -> None:
        """Raise Refused if more of the file is in use than may be, or would be after this many more bytes.

        Labels, statistics and removals are accepted beyond the limit.
        """
        if self._max_bytes is not None and space(connection)[0] + more > self._max_bytes:
            raise Refused(f"{self._file.path}: full, at its size limit of {self._max_bytes} bytes")

    def _list(self, query: Query) -> list[Summary]:
        with self._file.connection() as connection:
            found = connection.execute(*query).fetchall()
        return [rows.to_summary(from_time_ordered(row["key"]), dict(row)) for row in found]


def list_query(
    list_filter: ListFilter,
    *,
    limit: int,
    before: UUID | None = None,
    after: UUID | None = None,
    oldest_first: bool = False,
) -> Query:
    """The query for the records of a list between two others. It follows an index, and never sorts or counts.

    The records come from the newest or from the oldest.
    """
    table, conditions, values = "recognitions", list[str](), list[Any]()
    if list_filter.name:
        table = "recognitions_by_list JOIN recognitions USING (key)"
        conditions.append("list = ?")
        values.append(list_filter.key)
    low, high = time_ordered(after) if after else None, time_ordered(before) if before else None
    if list_filter.day is not None:
        # A day's bounds are shorter than any key. Of two lower bounds SQLite would search by only one.
        start, end = bounds_of(list_filter.day)
        low, high = max(low or start, start), min(high or end, end)
    for comparison, bound in (("key > ?", low), ("key < ?", high)):
        if bound is not None:
            conditions.append(comparison)
            values.append(bound)
    columns, where = ", ".join(("key", *rows.SUMMARY_COLUMNS)), " AND ".join(conditions) or "1"
    order = "ASC" if oldest_first else "DESC"
    query = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY key {order} LIMIT ?"  # noqa: S608 -- the names are this package's own
    return query, [*values, limit]


def deleted_among(connection: sqlite3.Connection, record_ids: Sequence[UUID]) -> set[UUID]:
    """As `HistoryStore.deleted`, from any connection to the file."""
    return {each for each in record_ids if _was_deleted(connection, each)}


def _was_deleted(connection: sqlite3.Connection, record_id: UUID) -> bool:
    if _deleted_at_us(connection, record_sha256(record_id)) is not None:
        return True
    purged_at_us = _deleted_at_us(connection, day_sha256(day_of(record_id)))
    if purged_at_us is None or created_us(record_id) > purged_at_us:
        return False
    return _row(connection, "recognitions", time_ordered(record_id)) is None


def _deleted_at_us(connection: sqlite3.Connection, sha256: bytes) -> int | None:
    query = "SELECT deleted_at_us FROM deletions WHERE id_sha256 = ?"
    row = connection.execute(query, (sha256,)).fetchone()
    return None if row is None else int(row[0])


def _delete(connection: sqlite3.Connection, record_id: UUID) -> Deleted | None:
    key = time_ordered(record_id)
    if (row := _row(connection, "recognitions", key)) is None:
        return None
    summary, label = rows.to_summary(record_id, dict(row)), _label(connection, record_id)
    _remove_from_lists(connection, list_keys(summary), key)
    if label is not None:
        _remove_from_lists(connection, label_list_keys(summary, label.text), key)
    for table in ("labels", "shares", "recognitions"):
        connection.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 -- the names are these
    return Deleted(label)


def _label(connection: sqlite3.Connection, record_id: UUID) -> Label | None:
    row = _row(connection, "labels", time_ordered(record_id))
    return rows.to_label(record_id, dict(row)) if row else None


def _row(connection: sqlite3.Connection, table: str, key: bytes) -> sqlite3.Row | None:
    query = f"SELECT * FROM {table} WHERE key = ?"  # noqa: S608 -- the names are this module's own
    row: sqlite3.Row | None = connection.execute(query, (key,)).fetchone()
    return row


def _to_add(record: Record) -> _Addition:
    key = time_ordered(record.id)
    values = {"key": key, **rows.from_summary(record), **rows.from_drawing(record)}
    return _Addition(
        sha256=record_sha256(record.id),
        row=tuple(values[name] for name in RECORD_COLUMNS),
        list_rows=[(name, key) for name in list_keys(record)],
    )


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], new: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows, unless their keys exist.

    For each statement, but not for each of its rows, Python lets other threads run, and waits for its turn.
    """
    start = f"INSERT INTO {table} ({', '.join(columns)})"
    for first in range(0, len(new), ROWS_AT_ONCE):
        part = new[first : first + ROWS_AT_ONCE]
        values = [value for row in part for value in row]
        marks = _rows(len(part), len(columns))
        connection.execute(f"{start} VALUES {marks} ON CONFLICT DO NOTHING", values)


@cache
def _rows(count: int, columns: int) -> str:
    return ", ".join([f"({_marks(columns)})"] * count)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _add_to_lists(connection: sqlite3.Connection, names: Sequence[str], key: bytes) -> None:
    """Add a record to lists."""
    _insert(connection, "recognitions_by_list", LIST_COLUMNS, [(name, key) for name in names])


def _remove_from_lists(connection: sqlite3.Connection, names: Sequence[str], key: bytes) -> None:
    """Remove a record from lists."""
    connection.executemany(
        "DELETE FROM recognitions_by_list WHERE list = ? AND key = ?", [(name, key) for name in names]
    )
