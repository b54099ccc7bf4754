"""Reads of a store that does not answer fail soon, and keep neither threads nor records from anything."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from history.ids import new_id
from history.permissions import Viewer
from history.records import Record, StorageOutcome
from history.selectors import own_page, record_for, store_status
from history.services import delete, keep_record
from history.stores import open_store
from history.stores.base import RecordNotFound, StoreUnavailable
from history.stores.circuit_breaker import CircuitOpen
from history.stores.sqlite.store import SQLiteStore
from tests.history.records import a_record

VIEWER = Viewer(visitor="visitor")


class Silent(SQLiteStore):
    """A real store whose reads can fail, or wait until the test ends."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.fails = False
        self.hangs = False
        self.came = threading.Semaphore(0)
        self.go_on = threading.Event()

    def get(self, record_id: UUID) -> Record:
        if self.hangs:
            self.came.release()
            self.go_on.wait(20)
        if self.fails:
            raise StoreUnavailable("it does not answer")
        return super().get(record_id)


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Silent]:
    settings.HISTORY_STORES = {
        "silent": {"BACKEND": f"{__name__}.Silent", "OPTIONS": {"path": tmp_path / "store.sqlite3"}}
    }
    settings.HISTORY_STORE = "silent"
    store = open_store()
    assert isinstance(store, Silent)
    yield store
    store.go_on.set()


def read(record: Record) -> Record:
    return record_for(VIEWER, record.id)


def test_after_three_failed_reads_the_next_fail_at_once_and_records_are_stored(store: Silent) -> None:
    keep_record(record := a_record())
    store.fails = True
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="it does not answer"):
            read(record)
    store.fails = False
    with pytest.raises(CircuitOpen):
        read(record)
    with pytest.raises(CircuitOpen):
        own_page(VIEWER)
    assert keep_record(a_record()) is StorageOutcome.STORED
    assert store_status().outcome is StorageOutcome.STORED


def test_a_record_that_is_not_found_is_an_answer(store: Silent) -> None:
    keep_record(record := a_record())
    store.fails = True
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                read(record)
        store.fails = False
        with pytest.raises(RecordNotFound):
            record_for(VIEWER, new_id())
        store.fails = True
    store.fails = False
    assert read(record) == record


def test_failed_records_keep_nothing_from_being_read_or_deleted(
    store: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_record(record := a_record())

    def refuse(records: Sequence[Record]) -> list[StoreUnavailable]:
        return [StoreUnavailable("it takes nothing")] * len(records)

    monkeypatch.setattr(store, "add_all", refuse)
    for _ in range(4):
        with pytest.raises(Exception, match="could not be saved"):
            keep_record(a_record())
    assert read(record) == record
    delete(VIEWER, record.id)


def test_eight_hanging_reads_let_the_others_fail_soon(store: Silent) -> None:
    keep_record(record := a_record())
    store.hangs = True
    threads = [threading.Thread(target=read, args=(record,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert store.came.acquire(timeout=10)
    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="8 other reads wait"):
            read(record)
    for _ in range(20):
        with pytest.raises(CircuitOpen):
            read(record)
    assert 0.7 < time.monotonic() - started < 3
    assert keep_record(a_record()) is StorageOutcome.STORED
    store.go_on.set()
    for thread in threads:
        thread.join()
    assert read(record) == record
