"""The order in which Cassandra's store sends the statements of a group, tested without a cluster."""

import threading
import time
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from cassandra import InvalidRequest, OperationTimedOut
from cassandra.cluster import NoHostAvailable
from cassandra.query import Statement

from history.ids import day_of
from history.records import Record
from history.stores.base import Refused, StoreUnavailable
from history.stores.cassandra import tables
from history.stores.cassandra.connection import ClusterConnection
from history.stores.cassandra.entries import KnownDays
from history.stores.cassandra.group import Group
from history.stores.cassandra.requests import Entry, Requests, Row
from tests.history.records import a_record

Done = Callable[[StoreUnavailable | None], None]
Sent = tuple[str, Record, Done]

TIMEOUT_S = 20


class Nodes:
    """Stands for the requests to a cluster; a test responds to each."""

    def __init__(self, *records: Record, timeout_s: float = TIMEOUT_S) -> None:
        self.known_days = KnownDays()
        self.errors: list[StoreUnavailable | None] = []
        self.tables: dict[UUID, list[str]] = {}
        """The tables of each record's lists."""
        self._records = {record.id: record for record in records}
        self._deadline = time.monotonic() + timeout_s
        self._sent: list[Sent] = []
        self._has_come = threading.Condition()
        self._thread = threading.Thread(target=self._store, args=(records,))
        self._thread.start()

    def _store(self, records: Iterable[Record]) -> None:
        self.errors = Group(cast(Requests, self), self.known_days).store(list(records))

    def insert(self, table: type[tables.Table], row: Row, *, written_us: int) -> Any:
        assert table is tables.Drawings
        return "drawing", self._records[row["id"]]

    def batch(self, entries: Iterable[Entry], *, written_us: int) -> Any:
        (first, row), *others = entries
        assert first is tables.Recognitions
        self.tables[row["id"]] = [table.__table_name__ for table, _row in others]
        return "lists", self._records[row["id"]]

    def submit(self, statement: Any, done: Done) -> None:
        with self._has_come:
            self._sent.append((*statement, done))
            self._has_come.notify()

    @property
    def left_s(self) -> float:
        return self._deadline - time.monotonic()

    def sent(self, count: int) -> list[Sent]:
        """The statements that have been sent, of which there will be this number."""
        with self._has_come:
            assert self._has_come.wait_for(lambda: len(self._sent) >= count, TIMEOUT_S)
            return list(self._sent)

    def is_waiting(self) -> bool:
        self._thread.join(0.2)
        return self._thread.is_alive()

    def outcome(self) -> list[StoreUnavailable | None]:
        self._thread.join(TIMEOUT_S)
        assert not self._thread.is_alive()
        return self.errors


def test_a_record_s_lists_are_sent_when_its_own_drawing_is_stored() -> None:
    first, second = a_record(), a_record()
    nodes = Nodes(first, second)
    drawings = nodes.sent(2)
    assert [(kind, record) for kind, record, _ in drawings] == [("drawing", first), ("drawing", second)]
    drawings[1][2](None)
    assert [(kind, record) for kind, record, _ in nodes.sent(3)] == [
        ("drawing", first),
        ("drawing", second),
        ("lists", second),
    ]
    nodes.sent(3)[2][2](None)
    assert nodes.is_waiting()
    drawings[0][2](None)
    assert nodes.is_waiting()
    nodes.sent(4)[3][2](None)
    assert nodes.outcome() == [None, None]


def test_a_record_whose_drawing_is_not_stored_is_in_no_list() -> None:
    nodes, refusal = Nodes(a_record(), a_record()), Refused("it is too large")
    drawings = nodes.sent(2)
    drawings[0][2](refusal)
    drawings[1][2](None)
    nodes.sent(3)[2][2](None)
    assert nodes.outcome() == [refusal, None]
    assert len(nodes.sent(3)) == 3


def test_each_record_has_the_error_of_its_lists() -> None:
    nodes, failure = Nodes(a_record(), a_record()), StoreUnavailable("no node answers")
    for _, _, done in nodes.sent(2):
        done(None)
    lists = nodes.sent(4)[2:]
    lists[0][2](None)
    lists[1][2](failure)
    assert nodes.outcome() == [None, failure]


def test_only_the_first_response_counts() -> None:
    """A slow node may respond after the second one that was asked has."""
    nodes, late = Nodes(a_record(), a_record()), StoreUnavailable("a node that has been slow")
    drawings = nodes.sent(2)
    for response in (None, late, None):
        drawings[0][2](response)
    for response in (late, None):
        drawings[1][2](response)
    lists = nodes.sent(3)[2:]
    assert len(lists) == 1
    for response in (None, late):
        lists[0][2](response)
    assert nodes.outcome() == [None, late]


def test_what_has_no_response_at_the_deadline_has_failed() -> None:
    started = time.monotonic()
    nodes = Nodes(a_record(), a_record(), a_record(), timeout_s=0.5)
    drawings = nodes.sent(3)
    drawings[0][2](None)
    drawings[1][2](None)
    stored = nodes.sent(5)[3]
    stored[2](None)
    errors = nodes.outcome()
    assert 0.5 <= time.monotonic() - started < TIMEOUT_S / 2
    assert errors[0] is None
    for error in errors[1:]:
        assert isinstance(error, StoreUnavailable)
        assert "in time" in str(error)
    nodes.sent(5)[4][2](None)  # The response comes when the caller has its answer, which it must not change.
    assert nodes.errors[1] is errors[1] is not None


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_list_is_known_to_have_a_day_when_a_record_that_tells_it_is_stored(is_stored: bool) -> None:
    record, later = a_record(), a_record()
    days = {"days_by_list", "lists_by_day"}
    nodes = Nodes(record)
    nodes.sent(1)[0][2](None)
    lists = nodes.sent(2)[1]
    assert nodes.known_days.missing(["all"], day_of(later.id)) == ["all"]
    lists[2](None if is_stored else StoreUnavailable("no node answers"))
    nodes.outcome()
    assert days <= set(nodes.tables[record.id])
    assert nodes.known_days.missing(["all"], day_of(later.id)) == ([] if is_stored else ["all"])


class Response:
    """Stands for the driver's future: a response that is there already."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    def add_callbacks(self, callback: Done, errback: Callable[[Exception], None]) -> None:
        if self._error is None:
            callback(None)
        else:
            errback(self._error)


def submitted(execute: Callable[..., Response], *, timeout_s: float = TIMEOUT_S) -> list[Any]:
    """How `done` is called for a statement."""
    session = SimpleNamespace(execute_async=execute)
    connection = SimpleNamespace(statements=lambda timeout_s: SimpleNamespace(session=session))
    errors: list[Any] = []
    requests = Requests(cast(ClusterConnection, connection), timeout_s=timeout_s)
    requests.submit(cast(Statement, "a statement"), errors.append)
    return errors


def test_the_driver_s_errors_become_the_store_s() -> None:
    assert submitted(lambda *_, **__: Response(None)) == [None]
    (refusal,) = submitted(lambda *_, **__: Response(InvalidRequest("too large")))
    assert isinstance(refusal, Refused)
    (silence,) = submitted(lambda *_, **__: Response(OperationTimedOut({"a node": "no response"})))
    assert isinstance(silence, StoreUnavailable)
    assert not isinstance(silence, Refused)
    assert "no response" in str(silence)


def test_a_statement_that_cannot_be_sent_has_an_error() -> None:
    def fail(*_: object, **__: object) -> Response:
        raise NoHostAvailable("no host", {})

    (error,) = submitted(fail)
    assert isinstance(error, StoreUnavailable)
    assert isinstance(error.__cause__, NoHostAvailable)


def test_nothing_is_sent_after_the_deadline() -> None:
    def send(*_: object, **__: object) -> Response:
        pytest.fail("It is sent")

    (error,) = submitted(send, timeout_s=0)
    assert "in time" in str(error)
