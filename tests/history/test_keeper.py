"""Records are stored in groups, each with an outcome of its own."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from history import keeper as keeping
from history.keeper import NotStored, keeper
from history.records import Record, StorageOutcome
from history.stores import open_store
from history.stores.base import Refused, StoreUnavailable
from history.stores.circuit_breaker import CircuitOpen, circuit_breaker
from history.stores.outbox import open_outbox
from history.stores.sqlite.store import SQLiteStore
from tests.history.records import a_record

TIMEOUT_S = 20


class Slow(SQLiteStore):
    """A real store that begins when a test lets it, and refuses what the test says."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.groups: list[int] = []
        self.came, self.go_on = threading.Semaphore(0), threading.Event()
        self.answer: list[StoreUnavailable | None] | None = None
        self.broken: Record | None = None

    def add_all(self, records: Sequence[Record]) -> list[StoreUnavailable | None]:
        self.groups.append(len(records))
        self.came.release()
        assert self.go_on.wait(TIMEOUT_S)
        if self.broken in records:
            raise ValueError("a mistake")
        return super().add_all(records) if self.answer is None else self.answer


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Slow]:
    settings.HISTORY_STORES = {
        "slow": {"BACKEND": f"{__name__}.Slow", "OPTIONS": {"path": tmp_path / "store.sqlite3"}}
    }
    settings.HISTORY_STORE = "slow"
    store = open_store()
    assert isinstance(store, Slow)
    yield store
    store.go_on.set()


def kept(*records: Record) -> list[Future[StorageOutcome]]:
    outcomes: list[Future[StorageOutcome]] = [Future() for _ in records]
    for record, outcome in zip(records, outcomes, strict=True):
        keeper().keep(record, outcome)
    return outcomes


def kept_together(store: Slow, *records: Record) -> list[Future[StorageOutcome]]:
    """Records that come while the store is busy with another one, and so wait together."""
    kept(a_record())
    assert store.came.acquire(timeout=TIMEOUT_S)
    outcomes = kept(*records)
    store.go_on.set()
    return outcomes


def test_all_that_waits_is_stored_together(store: Slow) -> None:
    records = [a_record() for _ in range(100)]
    outcomes = kept_together(store, *records)
    assert [outcome.result(TIMEOUT_S) for outcome in outcomes] == [StorageOutcome.STORED] * 100
    assert store.groups == [1, 64, 36]
    assert all(store.get(record.id) == record for record in records)


def test_a_mistake_in_one_record_fails_no_other(store: Slow) -> None:
    broken, other, third = a_record(), a_record(), a_record()
    store.broken = broken
    outcomes = kept_together(store, other, broken, third)
    with pytest.raises(ValueError, match="a mistake"):
        outcomes[1].result(TIMEOUT_S)
    assert [outcomes[i].result(TIMEOUT_S) for i in (0, 2)] == [StorageOutcome.STORED] * 2


def test_only_what_the_store_does_not_take_is_queued(store: Slow, settings: Settings, tmp_path: Path) -> None:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 1 << 22}
    records = [a_record() for _ in range(3)]
    store.answer = [None, Refused("it is too large"), None]
    store.go_on.set()
    outcomes = keeping._store(records)
    assert outcomes == [StorageOutcome.STORED, StorageOutcome.QUEUED, StorageOutcome.STORED]
    outbox = open_outbox()
    assert outbox is not None
    assert outbox.oldest_ids(limit=9) == [records[1].id]


def test_three_groups_that_the_store_does_not_take_open_the_circuit(store: Slow) -> None:
    store.go_on.set()
    store.answer = [StoreUnavailable("it does not answer"), None]
    for _ in range(3):  # It takes one of two, so it answers.
        keeping._store([a_record(), a_record()])
    with circuit_breaker().attempt():
        pass
    store.answer = [StoreUnavailable("it does not answer")] * 2
    for _ in range(3):
        keeping._store([a_record(), a_record()])
    with pytest.raises(CircuitOpen), circuit_breaker().attempt():
        pytest.fail("It was let through.")


def test_a_record_that_waits_too_long_is_refused(store: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    late, in_time = a_record(), a_record()
    kept(a_record())
    assert store.came.acquire(timeout=TIMEOUT_S)
    (of_late,) = kept(late)
    later = time.monotonic() + keeping.WAIT_S + 0.001
    monkeypatch.setattr(keeping, "time", SimpleNamespace(monotonic=lambda: later))
    (of_other,) = kept(in_time)
    store.go_on.set()
    with pytest.raises(NotStored):
        of_late.result(TIMEOUT_S)
    assert of_other.result(TIMEOUT_S) is StorageOutcome.STORED
    stored = {summary.id for summary in store.newest(limit=9)}
    assert in_time.id in stored
    assert late.id not in stored


def test_one_record_that_does_not_fit_keeps_no_other_out(tmp_path: Path) -> None:
    """A limited file takes all records of a group that fit on their own."""
    outbox = SQLiteStore(tmp_path / "small.sqlite3", max_bytes=1 << 20)
    large = a_record()
    large = replace(large, drawing=replace(large.drawing, content=bytes(1 << 20)))
    small = [a_record() for _ in range(3)]
    errors = outbox.add_all([small[0], large, *small[1:]])
    assert [type(error) for error in errors] == [type(None), Refused, type(None), type(None)]
    assert {summary.id for summary in outbox.newest(limit=9)} == {record.id for record in small}
