"""What every back end promises. A new one is added to STORES and must pass all of it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from history.identifiers import new_id
from history.stores.base import HistoryStore, RecordNotFound, StoreUnavailable
from history.stores.embedded import EmbeddedStore
from tests.history.records import a_record

Open = Callable[[Path], HistoryStore]
STORES: dict[str, Open] = {"embedded": lambda folder: EmbeddedStore(folder / "history.sqlite3")}


@pytest.fixture(params=STORES.values(), ids=list(STORES))
def open_it(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], HistoryStore]:
    """Opens the same store, each time as a fresh process would."""
    return lambda: request.param(tmp_path)


@pytest.fixture
def store(open_it: Callable[[], HistoryStore]) -> HistoryStore:
    return open_it()


def ids(records: list) -> list[UUID]:
    return [record.id for record in records]


def test_a_record_is_read_back_as_it_was_added(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    assert store.get(record.id) == record


def test_a_record_without_strokes_is_read_back_too(store: HistoryStore) -> None:
    record = replace(a_record(), strokes=(), visitor="", origin="")
    store.add(record)
    assert store.get(record.id) == record


def test_a_record_outlives_whoever_added_it(open_it: Callable[[], HistoryStore]) -> None:
    record = a_record()
    open_it().add(record)
    assert open_it().get(record.id) == record


def test_adding_again_changes_nothing(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    store.add(replace(record, model="another"))
    assert store.get(record.id) == record
    assert ids(store.newest(limit=10)) == [record.id]


def test_an_unknown_id_is_not_found(store: HistoryStore) -> None:
    with pytest.raises(RecordNotFound):
        store.get(new_id())


def test_newest_come_first_whatever_the_order_of_writing(store: HistoryStore) -> None:
    records = [a_record() for _ in range(5)]
    for record in (records[i] for i in (2, 0, 4, 1, 3)):
        store.add(record)
    assert ids(store.newest(limit=10)) == ids(records[::-1])


def test_a_list_shows_the_summary_of_each_record(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    (summary,) = store.newest(limit=1)
    assert (summary.digits, summary.model, summary.visitor) == (record.digits, record.model, record.visitor)
    assert (summary.latency_ms, summary.origin) == (record.latency_ms, record.origin)
    assert summary.created_at == record.created_at


def test_pages_follow_one_another_without_gap_or_repetition(store: HistoryStore) -> None:
    records = [a_record() for _ in range(7)]
    for record in records:
        store.add(record)
    seen: list[UUID] = []
    before = None
    while shown := store.newest(limit=3, before=before):
        seen += ids(shown)
        before = shown[-1].id
    assert seen == ids(records[::-1])


def test_a_page_stays_the_same_while_newer_records_arrive(store: HistoryStore) -> None:
    records = [a_record() for _ in range(4)]
    for record in records:
        store.add(record)
    before = store.newest(limit=2)[-1].id
    store.add(a_record())
    assert ids(store.newest(limit=2, before=before)) == ids(records[1::-1])


def test_a_visitor_sees_only_what_that_visitor_drew(store: HistoryStore) -> None:
    mine, others = [a_record(visitor="me") for _ in range(3)], [a_record(visitor="you") for _ in range(3)]
    for record in (record for pair in zip(mine, others, strict=True) for record in pair):
        store.add(record)
    assert ids(store.newest(limit=10, visitor="me")) == ids(mine[::-1])
    assert ids(store.newest(limit=10, visitor="me", before=mine[1].id)) == [mine[0].id]


def test_many_threads_may_write_at_once(store: HistoryStore) -> None:
    records = [a_record() for _ in range(40)]
    threads = [threading.Thread(target=store.add, args=(record,)) for record in records]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(store.newest(limit=100))) == sorted(ids(records))


def test_two_openings_see_the_same_records(open_it: Callable[[], HistoryStore]) -> None:
    first, second = open_it(), open_it()
    one, two = a_record(), a_record()
    first.add(one)
    second.add(two)
    assert ids(first.newest(limit=10)) == ids(second.newest(limit=10)) == [two.id, one.id]


def test_check_says_nothing_when_all_is_well(store: HistoryStore) -> None:
    store.check()


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "missing folder" / "history.sqlite3")
    with pytest.raises(StoreUnavailable, match="missing folder"):
        store.add(a_record())
    for unavailable in (store.check, lambda: store.get(new_id()), lambda: store.newest(limit=1)):
        with pytest.raises(StoreUnavailable):
            unavailable()
