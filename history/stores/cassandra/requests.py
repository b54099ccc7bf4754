"""The requests of one call to the store, with a common deadline and uniform errors."""

import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from cassandra import DriverException, RequestValidationException
from cassandra.cluster import NoHostAvailable, ResponseFuture
from cassandra.connection import ConnectionException
from cassandra.cqltypes import SimpleDateType
from cassandra.query import BatchStatement, BatchType, BoundStatement, PreparedStatement, Statement

from history.stores.base import Refused, StoreUnavailable
from history.stores.cassandra.connection import ClusterConnection
from history.stores.cassandra.tables import Table, by_partition

NOT_IN_TIME = "Cassandra did not answer in time"

Row = dict[str, Any]
Entry = tuple[type[Table], Row]
"""A table and a row for it; values without a column are ignored."""


class Requests:
    """Raises StoreUnavailable without a connection. So do its methods if no response comes in time.

    They raise Refused if the cluster rejects a statement.
    """

    def __init__(self, connection: ClusterConnection, *, timeout_s: float) -> None:
        self._deadline = time.monotonic() + timeout_s
        self.statements = connection.statements(timeout_s=timeout_s)

    def send(self, statement: PreparedStatement, values: Row) -> "PendingRows":
        """Send a statement without waiting for the response."""
        with _translated():
            return PendingRows(self._send(statement.bind(values)))

    def rows(self, statement: PreparedStatement, values: Row) -> list[Row]:
        """Send a statement and wait for its rows."""
        return self.send(statement, values).rows()

    def by_id(self, statement: PreparedStatement, record_ids: Iterable[UUID]) -> dict[UUID, Row]:
        """The rows of some records, with one query per partition, all at once."""
        pending = [self.send(statement, partition) for partition in by_partition(record_ids)]
        return {row["id"]: row for response in pending for row in response.rows()}

    def write(self, table: type[Table], row: Row, *, written_us: int) -> None:
        """Write one row. Writing it again changes nothing."""
        with _translated():
            PendingRows(self._send(self.insert(table, row, written_us=written_us))).rows()

    def write_batch(
        self, entries: Iterable[Entry], *, obsolete: Iterable[Entry] = (), written_us: int
    ) -> None:
        """Write rows of several tables, and delete obsolete rows, of which only the keys matter."""
        with _translated():
            PendingRows(self._send(self.batch(entries, obsolete=obsolete, written_us=written_us))).rows()

    def insert(self, table: type[Table], row: Row, *, written_us: int) -> BoundStatement:
        """The statement that writes one row."""
        return _bound(self.statements.inserts[table], {**row, "written_us": written_us})

    def batch(
        self, entries: Iterable[Entry], *, obsolete: Iterable[Entry] = (), written_us: int
    ) -> BatchStatement:
        """The statement that writes rows of several tables, and deletes obsolete ones.

        One batch, so that the coordinator writes everything even if this process dies. The batch is unlogged:
        a logged batch waits for two particular nodes, and if one of them is dead it fails until the others
        notice.
        """
        batch = BatchStatement(BatchType.UNLOGGED)
        batch.is_idempotent = True
        for table, row in entries:
            batch.add(self.insert(table, row, written_us=written_us))
        for table, row in obsolete:
            batch.add(_bound(self.statements.deletes[table], {**row, "written_us": written_us}))
        return batch

    def submit(self, statement: Statement, done: Callable[[StoreUnavailable | None], None]) -> None:
        """Send a statement without waiting for the response. `done` then gets None or the error.

        It runs in this thread or in the driver's, which must not wait for anything. It may run a second time,
        if a second node was asked and both respond.
        """
        try:
            with _translated():
                future = self._send(statement)
        except StoreUnavailable as error:
            done(error)
        else:
            future.add_callbacks(lambda _rows: done(None), lambda error: done(_as_unavailable(error)))

    @property
    def left_s(self) -> float:
        """The time until the deadline."""
        return self._deadline - time.monotonic()

    def _send(self, statement: Any) -> ResponseFuture:
        if (left_s := self.left_s) <= 0:
            raise StoreUnavailable(NOT_IN_TIME)
        return self.statements.session.execute_async(statement, timeout=left_s)


class PendingRows:
    """The pending response to a request."""

    def __init__(self, future: ResponseFuture) -> None:
        self._future = future

    def rows(self) -> list[Row]:
        """Wait for the rows. Raises the same errors as Requests."""
        with _translated():
            return list(self._future.result())


def _bound(statement: PreparedStatement, row: Row) -> BoundStatement:
    """The statement with the values that it needs of a row.

    `PreparedStatement.bind` would first look for the encryption of each column, which costs most of its time.
    """
    version, bound = statement.protocol_version, BoundStatement(statement)
    try:
        for column in statement.column_metadata:
            value = row[column.name]
            if type(value) is date:
                bound.values.append(_serialized_day(value, version))
            else:
                bound.values.append(None if value is None else column.type.serialize(value, version))
    except struct.error as error:
        raise TypeError(f"{column.name} cannot be stored: {error}") from error
    return bound


@lru_cache(maxsize=64)
def _serialized_day(day: date, version: int) -> bytes:
    """A day as all columns have it. A record's statements contain its day eight times or more."""
    return bytes(SimpleDateType.serialize(day, version))


@contextmanager
def _translated() -> Iterator[None]:
    """Translates the driver's errors to the store's."""
    try:
        yield
    except (DriverException, NoHostAvailable, ConnectionException, OSError) as error:
        raise _as_unavailable(error) from error


def _as_unavailable(error: Exception) -> StoreUnavailable:
    if isinstance(error, StoreUnavailable):
        return error
    if isinstance(error, RequestValidationException):
        found: StoreUnavailable = Refused(f"Cassandra rejected the statement: {error}")
    else:
        found = StoreUnavailable(f"Cassandra did not answer: {error}")
    found.__cause__ = error
    return found
