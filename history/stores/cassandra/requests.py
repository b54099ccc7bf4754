"""The requests of one call to the store, with a common deadline and uniform errors."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from cassandra import DriverException, RequestValidationException
from cassandra.cluster import NoHostAvailable, ResponseFuture
from cassandra.connection import ConnectionException
from cassandra.query import BatchStatement, BatchType, PreparedStatement

from history.stores.base import Refused, StoreUnavailable
from history.stores.cassandra.connection import ClusterConnection
from history.stores.cassandra.tables import Table, by_partition

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
        self.rows(self.statements.inserts[table], _bound(table, row, written_us))

    def write_batch(
        self, entries: Iterable[Entry], *, obsolete: Iterable[Entry] = (), written_us: int
    ) -> None:
        """Write rows of several tables, and delete obsolete rows, of which only the keys matter.

        One batch, so that the coordinator writes everything even if this process dies. The batch is unlogged:
        a logged batch waits for two particular nodes, and if one of them is dead it fails until the others
        notice.
        """
        batch = BatchStatement(BatchType.UNLOGGED)
        batch.is_idempotent = True
        with _translated():
            for table, row in entries:
                batch.add(self.statements.inserts[table], _bound(table, row, written_us))
            for table, row in obsolete:
                key = {name: row[name] for name in table._primary_keys}
                batch.add(self.statements.deletes[table], {**key, "written_us": written_us})
            PendingRows(self._send(batch)).rows()

    def _send(self, statement: Any) -> ResponseFuture:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise StoreUnavailable("Cassandra did not answer in time")
        return self.statements.session.execute_async(statement, timeout=left_s)


class PendingRows:
    """The pending response to a request."""

    def __init__(self, future: ResponseFuture) -> None:
        self._future = future

    def rows(self) -> list[Row]:
        """Wait for the rows. Raises the same errors as Requests."""
        with _translated():
            return list(self._future.result())


def _bound(table: type[Table], row: Row, written_us: int) -> Row:
    return {name: row[name] for name in table._columns} | {"written_us": written_us}


@contextmanager
def _translated() -> Iterator[None]:
    """Translates the driver's errors to the store's."""
    try:
        yield
    except RequestValidationException as error:
        raise Refused(f"Cassandra rejected the statement: {error}") from error
    except (DriverException, NoHostAvailable, ConnectionException, OSError) as error:
        raise StoreUnavailable(f"Cassandra did not answer: {error}") from error
