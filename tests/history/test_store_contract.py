"""The contract of all stores. A new store is added to STORES, and must pass all tests."""

import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from history.filters import CRITERIA, EVERYTHING, Criterion, ListFilter
from history.ids import from_time_ordered, new_id, time_ordered
from history.records import Label, Record, Share, Summary
from history.stores.base import Deleted, HistoryStore, RecordNotFound, StoreUnavailable
from history.stores.cassandra.connection import engine_session
from history.stores.cassandra.store import CassandraStore
from history.stores.sqlite.store import SQLiteStore
from mnistsite.types import Drawing
from tests.cluster import TIMEOUT_S, empty
from tests.history.records import a_record, made_at

Open = Callable[[], HistoryStore]
Tables = dict[str, list[tuple[object, ...]]]
"""The rows of each table, with ids in place of keys."""

NAMES = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s"
MICROSECOND = timedelta(microseconds=1)
ORIGIN = a_record().origin
ALL_LISTS = [
    ListFilter("visitor", "visitor"),
    ListFilter("digit", "7"),
    ListFilter("label", "1"),
    ListFilter("disagreeing", "1"),
    ListFilter("below", "99"),
    ListFilter("model", a_record().model),
    ListFilter("origin", ORIGIN),
]
"""The lists that a_record() is in when it is labelled with a 1, one of each kind."""


@dataclass(frozen=True)
class BackEnd:
    open: Open
    """Opens the same store, each time as a fresh process would."""
    tables: Callable[[], Tables]
    """All rows that are stored."""


@contextmanager
def embedded(request: pytest.FixtureRequest) -> Iterator[BackEnd]:
    path = request.getfixturevalue("tmp_path") / "history.sqlite3"

    def tables() -> Tables:
        with closing(sqlite3.connect(path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            return {
                name: [tuple(map(with_id, row)) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608 -- its own
                for (name,) in names
            }

    yield BackEnd(lambda: SQLiteStore(path), tables)


def with_id(value: object) -> object:
    """The id of a key; no drawing in these tests has the length of a key."""
    return from_time_ordered(value) if isinstance(value, bytes) and len(value) == 16 else value


@contextmanager
def cassandra(request: pytest.FixtureRequest) -> Iterator[BackEnd]:
    database = request.getfixturevalue("database")
    stores: list[CassandraStore] = []

    def opened() -> HistoryStore:
        stores.append(CassandraStore(database, timeout_s=TIMEOUT_S))
        return stores[-1]

    def tables() -> Tables:
        with engine_session(database) as session:
            names = session.execute(NAMES, (database["NAME"],))
            return {
                row["table_name"]: [
                    tuple(each.values())
                    for each in session.execute(f"SELECT * FROM {database['NAME']}.{row['table_name']}")  # noqa: S608 -- likewise
                ]
                for row in names
            }

    empty(database)
    yield BackEnd(opened, tables)
    for store in stores:
        store.close()


STORES = [
    pytest.param(embedded, id="embedded"),
    pytest.param(cassandra, id="cassandra", marks=pytest.mark.cluster),
]


@pytest.fixture(params=STORES)
def back_end(request: pytest.FixtureRequest) -> Iterator[BackEnd]:
    with request.param(request) as back_end:
        yield back_end


@pytest.fixture
def open_it(back_end: BackEnd) -> Open:
    """Opens the same store, each time as a fresh process would."""
    return back_end.open


@pytest.fixture
def store(open_it: Open) -> HistoryStore:
    return open_it()


def ids(records: Sequence[Summary]) -> list[UUID]:
    return [record.id for record in records]


def pages(store: HistoryStore, list_filter: ListFilter, *, limit: int) -> list[UUID]:
    """The ids of a whole list, read page by page."""
    seen: list[UUID] = []
    while shown := store.newest(limit=limit, before=seen[-1] if seen else None, list_filter=list_filter):
        seen += ids(shown)
    return seen


def test_a_record_is_read_back_as_it_was_added(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    assert store.get(record.id) == record


def test_a_record_without_strokes_is_read_back_too(store: HistoryStore) -> None:
    record = replace(a_record(), strokes=(), visitor="", origin="")
    store.add(record)
    assert store.get(record.id) == record


def test_inputs_are_added_to_a_record_that_has_none(store: HistoryStore) -> None:
    record = a_record()
    store.add(replace(record, inputs=b""))
    assert store.get(record.id).inputs == b""
    store.put_inputs(record)
    assert store.get(record.id) == record


def test_a_deleted_record_gets_no_inputs(store: HistoryStore) -> None:
    record = a_record()
    store.add(replace(record, inputs=b""))
    store.delete(record)
    store.put_inputs(record)
    with pytest.raises(RecordNotFound):
        store.get(record.id)


def test_a_record_outlives_its_writer(open_it: Open) -> None:
    record = a_record()
    open_it().add(record)
    assert open_it().get(record.id) == record


def test_adding_again_changes_nothing(open_it: Open) -> None:
    record = a_record()
    for store in (open_it(), open_it()):
        store.add(record)
        store.add(record)
    assert store.get(record.id) == record
    for list_filter in (EVERYTHING, ListFilter("visitor", "visitor"), ListFilter("digit", "7")):
        assert ids(store.newest(limit=10, list_filter=list_filter)) == [record.id]


def test_an_unknown_id_is_not_found(store: HistoryStore) -> None:
    with pytest.raises(RecordNotFound):
        store.get(new_id())


def test_newest_come_first_in_any_order_of_writing(store: HistoryStore) -> None:
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
    assert pages(store, EVERYTHING, limit=3) == ids(records[::-1])


def test_a_list_can_be_read_from_its_other_end(store: HistoryStore) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    records = [made_at(start + timedelta(days=5 * number, seconds=number)) for number in range(9)]
    for record in records:
        store.add(record)
    for list_filter in (
        EVERYTHING,
        ListFilter("visitor", "visitor"),
        ListFilter("digit", "7"),
        ListFilter("below", "99"),
        ListFilter("origin", ORIGIN),
    ):
        assert ids(store.oldest(limit=3, list_filter=list_filter)) == ids(records[:3])
        assert ids(store.oldest(limit=4, after=records[2].id, list_filter=list_filter)) == ids(records[3:7])
        assert ids(store.oldest(limit=20, after=records[6].id, list_filter=list_filter)) == ids(records[7:])
    day = ListFilter(day=records[4].created_at.date())
    assert ids(store.oldest(limit=3, list_filter=day)) == [records[4].id]
    assert store.oldest(limit=3, after=records[4].id, list_filter=day) == []
    parts = records[:4], records[4:8], records[8:]
    assert [ids(page) for page in store.pages(size=4)] == [ids(part) for part in parts]
    assert [ids(page) for page in store.pages(size=4, list_filter=day)] == [[records[4].id]]


def test_a_list_below_a_bound_has_the_less_probable_results(store: HistoryStore) -> None:
    at_bounds = [a_record(probability=probability) for probability in (0.99, 0.95, 0.8, 0.5)]
    sure, unsure, guessed = (a_record(probability=probability) for probability in (0.999, 0.94, 0.3))
    for record in (*at_bounds, sure, unsure, guessed):
        store.add(record)
    expected = {
        99: [guessed, unsure, *at_bounds[:0:-1]],
        95: [guessed, unsure, *at_bounds[:1:-1]],
        80: [guessed, *at_bounds[:2:-1]],
        50: [guessed],
    }
    for bound, found in expected.items():
        assert ids(store.newest(limit=10, list_filter=ListFilter("below", str(bound)))) == ids(found)


def test_a_new_criterion_needs_no_change_of_the_store(
    store: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    parity = Criterion(
        name="parity",
        of_record=lambda record: ["odd" if record.predict % 2 else "even"],
        of_label=lambda prediction, text: ["labelled"] if text else [],
        keeps_values=True,
    )
    monkeypatch.setitem(CRITERIA, parity.name, parity)
    even, odd = a_record(digits=(4, 2)), a_record(digits=(7,))
    for record in (even, odd):
        store.add(record)
    store.put_label(Label(record_id=even.id, text="42", given_by="anna", given_at_us=10**15))
    for value, record in {"even": even, "odd": odd, "labelled": even}.items():
        assert ids(store.newest(limit=9, list_filter=ListFilter("parity", value))) == [record.id]
    assert set(store.values("parity", limit=9)) == {"even", "odd", "labelled"}
    store.delete(even)
    for value in ("even", "labelled"):
        assert store.newest(limit=9, list_filter=ListFilter("parity", value)) == []


def test_lists_by_model_and_by_origin(store: HistoryStore) -> None:
    ours, theirs = a_record(), replace(a_record(), model="lenet-another", origin="")
    for record in (ours, theirs):
        store.add(record)
    assert ids(store.newest(limit=10, list_filter=ListFilter("model", "lenet-another"))) == [theirs.id]
    assert ids(store.newest(limit=10, list_filter=ListFilter("origin", ORIGIN))) == [ours.id]
    assert ids(store.newest(limit=10, list_filter=ListFilter("origin", ""))) == [theirs.id]
    assert store.values("model", limit=9) == sorted([ours.model, "lenet-another"])
    assert store.values("origin", limit=9) == ["", ORIGIN]
    assert len(store.values("origin", limit=1)) == 1


def test_a_list_has_the_records_whose_label_differs_from_the_result(store: HistoryStore) -> None:
    right, wrong, none = a_record(), a_record(), a_record()
    for record, label in ((right, "7"), (wrong, "1"), (none, "")):
        store.add(record)
        store.put_label(Label(record_id=record.id, text=label, given_by="anna", given_at_us=10**15))
    # The digits of these records are not accepted, so the label of a non-digit agrees.
    assert ids(store.newest(limit=10, list_filter=ListFilter("disagreeing", "1"))) == [wrong.id]
    store.put_label(Label(record_id=wrong.id, text="7", given_by="anna", given_at_us=10**15 + 1))
    store.put_label(Label(record_id=right.id, text="9", given_by="anna", given_at_us=10**15 + 1))
    assert ids(store.newest(limit=10, list_filter=ListFilter("disagreeing", "1"))) == [right.id]
    store.put_label(Label(record_id=right.id, text="3", given_by="anna", given_at_us=10**15 + 2))
    assert ids(store.newest(limit=10, list_filter=ListFilter("disagreeing", "1"))) == [right.id]
    store.delete(right)
    assert store.newest(limit=10, list_filter=ListFilter("disagreeing", "1")) == []


def test_labels_of_several_records_are_read_at_once(store: HistoryStore) -> None:
    records = [a_record() for _ in range(30)]
    for record in records:
        store.add(record)
    given = [Label(record_id=one.id, text="1", given_by="anna", given_at_us=10**15) for one in records[::2]]
    for label in given:
        store.put_label(label)
    assert store.labels([record.id for record in records]) == {label.record_id: label for label in given}
    assert store.labels([]) == {}


def test_a_day_is_purged_and_the_days_around_it_stay(store: HistoryStore) -> None:
    day = datetime(2026, 2, 28, tzinfo=UTC)
    purged = [made_at(day + timedelta(hours=hour)) for hour in (0, 11, 23)]
    kept = [made_at(day - MICROSECOND), made_at(day + timedelta(days=1))]
    for record in (*purged, *kept):
        store.add(record)
        store.put_label(Label(record_id=record.id, text="1", given_by="anna", given_at_us=10**15))
    store.purge(day.date())
    store.purge(day.date())
    for list_filter in (EVERYTHING, *ALL_LISTS):
        assert ids(store.newest(limit=10, list_filter=list_filter)) == ids(kept[::-1])
        assert ids(store.oldest(limit=10, list_filter=list_filter)) == ids(kept)
    for record in purged:
        assert store.label(record.id) is None
        with pytest.raises(RecordNotFound):
            store.get(record.id)
    assert store.get(kept[0].id) == kept[0]


def test_a_purged_day_accepts_new_records(store: HistoryStore) -> None:
    day = date(2026, 2, 28)
    store.purge(day)
    record = made_at(datetime(2026, 3, 1, tzinfo=UTC))
    store.add(record)
    assert ids(store.newest(limit=10)) == [record.id]


def test_a_page_stays_the_same_while_newer_records_arrive(store: HistoryStore) -> None:
    records = [a_record() for _ in range(4)]
    for record in records:
        store.add(record)
    before = store.newest(limit=2)[-1].id
    store.add(a_record())
    assert ids(store.newest(limit=2, before=before)) == ids(records[1::-1])


def test_a_visitor_s_list_has_only_that_visitor_s_records(store: HistoryStore) -> None:
    mine, others = [a_record(visitor="me") for _ in range(3)], [a_record(visitor="you") for _ in range(3)]
    for record in (record for pair in zip(mine, others, strict=True) for record in pair):
        store.add(record)
    assert ids(store.newest(limit=10, list_filter=ListFilter("visitor", "me"))) == ids(mine[::-1])
    assert ids(store.newest(limit=10, list_filter=ListFilter("visitor", "me"), before=mine[1].id)) == [
        mine[0].id
    ]


def test_a_group_is_stored_as_its_records_would_be_alone(store: HistoryStore) -> None:
    # More than Cassandra's store sends at once.
    group = [
        replace(made_at(datetime(2026, 2, day, 12, number, tzinfo=UTC)), visitor=f"visitor {number % 3}")
        for number in range(35)
        for day in (1, 2)
    ]
    assert store.add_all(group) == [None] * 70
    newest_first = sorted(group, key=lambda record: time_ordered(record.id), reverse=True)
    assert [store.get(record.id) for record in group] == group
    assert ids(store.newest(limit=99)) == ids(newest_first)
    for number in range(3):
        theirs = [record for record in newest_first if record.visitor == f"visitor {number}"]
        list_filter = ListFilter("visitor", f"visitor {number}")
        assert ids(store.newest(limit=99, list_filter=list_filter)) == ids(theirs)


def test_an_empty_group_is_stored_at_once(store: HistoryStore) -> None:
    started = time.monotonic()
    assert store.add_all([]) == []
    assert time.monotonic() - started < TIMEOUT_S / 2


def test_a_record_may_be_in_a_group_twice(open_it: Open) -> None:
    record, other = a_record(), a_record()
    for store in (open_it(), open_it()):
        assert store.add_all([record, other, record]) == [None] * 3
    assert store.get(record.id) == record
    for list_filter in (EVERYTHING, ListFilter("visitor", "visitor"), ListFilter("digit", "7")):
        assert ids(store.newest(limit=10, list_filter=list_filter)) == [other.id, record.id]


def test_a_group_brings_no_deleted_record_back(store: HistoryStore) -> None:
    deleted, other = a_record(), a_record()
    store.add(deleted)
    store.delete(deleted)
    assert store.add_all([deleted, other]) == [None, None]
    with pytest.raises(RecordNotFound):
        store.get(deleted.id)
    assert ids(store.newest(limit=10)) == [other.id]


def test_nothing_of_a_group_is_stored_if_a_record_of_it_cannot_be(store: HistoryStore) -> None:
    """The caller stores its records one after another then, and finds the one."""
    group = [a_record(), replace(a_record(), strokes=([[math.nan], [0.5]],)), a_record()]
    with pytest.raises(ValueError, match="JSON"):
        store.add_all(group)
    assert ids(store.newest(limit=10)) == []


def test_many_threads_may_write_at_once(store: HistoryStore) -> None:
    records = [a_record() for _ in range(40)]
    threads = [threading.Thread(target=store.add, args=(record,)) for record in records]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(store.newest(limit=100))) == sorted(ids(records))


def test_two_instances_see_the_same_records(open_it: Open) -> None:
    first, second = open_it(), open_it()
    one, two = a_record(), a_record()
    first.add(one)
    second.add(two)
    assert ids(first.newest(limit=10)) == ids(second.newest(limit=10)) == [two.id, one.id]


def test_a_list_by_digit_has_each_drawing_with_that_digit_once(store: HistoryStore) -> None:
    seven, forty_seven = a_record(), a_record(digits=(4, 7))
    double = a_record(digits=(3, 3))
    for record in (seven, forty_seven, double):
        store.add(record)
    assert ids(store.newest(limit=10, list_filter=ListFilter("digit", "7"))) == [forty_seven.id, seven.id]
    assert ids(store.newest(limit=10, list_filter=ListFilter("digit", "4"))) == [forty_seven.id]
    assert ids(store.newest(limit=10, list_filter=ListFilter("digit", "3"))) == [double.id]
    assert store.newest(limit=10, list_filter=ListFilter("digit", "0")) == []
    (shown,) = store.newest(limit=1, list_filter=ListFilter("digit", "4"))
    assert shown.digits == forty_seven.digits


def test_a_list_of_a_day_has_the_records_of_that_day_in_utc(store: HistoryStore) -> None:
    first = made_at(datetime(2026, 2, 28, 0, 0, 0, tzinfo=UTC))
    last = made_at(datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC))
    before, after = made_at(first.created_at - MICROSECOND), made_at(last.created_at + MICROSECOND)
    for record in (first, last, before, after):
        store.add(record)
    day = date(2026, 2, 28)
    for list_filter in (
        ListFilter(day=day),
        ListFilter("digit", "7", day),
        ListFilter("visitor", "visitor", day),
    ):
        assert ids(store.newest(limit=10, list_filter=list_filter)) == [last.id, first.id]
        assert ids(store.newest(limit=10, list_filter=list_filter, before=last.id)) == [first.id]
    assert store.newest(limit=10, list_filter=ListFilter(day=day), before=before.id) == []
    assert store.newest(limit=10, list_filter=ListFilter(day=date(2020, 1, 1))) == []


def test_pages_skip_years_of_empty_days(store: HistoryStore) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    records = [made_at(start + timedelta(days=37 * number)) for number in range(60)]
    for record in records:
        store.add(record)
    for list_filter in (EVERYTHING, ListFilter("visitor", "visitor"), ListFilter("digit", "7")):
        assert pages(store, list_filter, limit=7) == ids(records[::-1])


def test_records_of_one_moment_are_paged_without_gap_or_repetition(store: HistoryStore) -> None:
    moment = datetime(2026, 5, 5, 12, tzinfo=UTC)
    records = [made_at(moment) for _ in range(40)]
    for record in records:
        store.add(record)
    seen = pages(store, EVERYTHING, limit=3)
    assert len(seen) == 40
    assert set(seen) == set(ids(records))


def test_a_label_is_read_back_and_lists_its_record(store: HistoryStore) -> None:
    labelled, other = a_record(), a_record()
    for record in (labelled, other):
        store.add(record)
    assert store.label(labelled.id) is None
    label = Label(record_id=labelled.id, text="7", given_by="anna", given_at_us=1_700_000_000_000_001)
    store.put_label(label)
    store.put_label(label)
    assert store.label(labelled.id) == label
    assert ids(store.newest(limit=10, list_filter=ListFilter("label", "7"))) == [labelled.id]
    assert store.newest(limit=10, list_filter=ListFilter("label", "1")) == []
    assert store.get(labelled.id) == labelled


def test_the_latest_label_counts_in_any_order_of_arrival(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    earlier = Label(record_id=record.id, text="1", given_by="anna", given_at_us=10**15)
    later = Label(record_id=record.id, text="", given_by="ben", given_at_us=10**15 + 1)
    assert [store.put_label(label) for label in (earlier, later, earlier)] == [None, earlier, later]
    assert store.label(record.id) == later
    assert store.newest(limit=10, list_filter=ListFilter("label", "1")) == []
    assert ids(store.newest(limit=10, list_filter=ListFilter("label", ""))) == [record.id]


def test_a_list_by_label_skips_records_that_have_another_label_now(store: HistoryStore) -> None:
    records = [a_record() for _ in range(9)]
    for record in records:
        store.add(record)
        store.put_label(Label(record_id=record.id, text="8", given_by="anna", given_at_us=10**15))
    for record in records[1:8]:
        store.put_label(Label(record_id=record.id, text="3", given_by="anna", given_at_us=10**15 + 1))
    assert pages(store, ListFilter("label", "8"), limit=1) == ids([records[8], records[0]])
    assert pages(store, ListFilter("label", "3"), limit=3) == ids(records[7:0:-1])


def test_a_missing_record_cannot_be_labelled(store: HistoryStore) -> None:
    with pytest.raises(RecordNotFound):
        store.put_label(Label(record_id=new_id(), text="7", given_by="anna", given_at_us=10**15))


def test_a_deleted_record_is_in_no_list_and_the_rest_remain(store: HistoryStore) -> None:
    deleted, other = a_record(digits=(7, 1)), a_record(digits=(7, 1))
    for record in (deleted, other):
        store.add(record)
        store.put_label(Label(record_id=record.id, text="71", given_by="anna", given_at_us=10**15))
    store.delete(deleted)
    with pytest.raises(RecordNotFound):
        store.get(deleted.id)
    assert store.label(deleted.id) is None
    for list_filter in (
        EVERYTHING,
        ListFilter("visitor", "visitor"),
        ListFilter("digit", "7"),
        ListFilter("digit", "1"),
        ListFilter("label", "71"),
    ):
        assert ids(store.newest(limit=10, list_filter=list_filter)) == [other.id]
    assert store.get(other.id) == other
    assert store.label(other.id) is not None


def test_a_share_is_read_back(store: HistoryStore) -> None:
    shared, other = a_record(), a_record()
    for record in (shared, other):
        store.add(record)
    assert store.share(shared.id) is None
    for number, until_us in enumerate((None, 2 * 10**15, None, 0)):
        share = Share(
            record_id=shared.id, key="k" * 22 * (number % 2), until_us=until_us, changed_at_us=10**15 + number
        )
        store.put_share(share)
        store.put_share(share)
        assert store.share(shared.id) == share
    assert store.share(other.id) is None
    assert store.get(shared.id) == shared


def test_the_latest_share_counts_in_any_order_of_arrival(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    earlier = Share(record_id=record.id, key="k" * 22, until_us=2 * 10**15, changed_at_us=10**15)
    later = Share(record_id=record.id, until_us=0, changed_at_us=10**15 + 1)
    for share in (earlier, later, earlier):
        store.put_share(share)
    assert store.share(record.id) == later


def test_a_record_that_is_missing_cannot_be_shared(store: HistoryStore) -> None:
    deleted = a_record()
    store.add(deleted)
    store.delete(deleted)
    for record_id in (deleted.id, new_id()):
        with pytest.raises(RecordNotFound):
            store.put_share(Share(record_id=record_id, changed_at_us=10**15))
        assert store.share(record_id) is None


def test_a_share_from_a_clock_that_is_ahead_is_deleted_with_its_record(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    store.put_share(Share(record_id=record.id, changed_at_us=5 * 10**15))
    store.delete(record)
    assert store.share(record.id) is None


def rows_about(back_end: BackEnd, *records: Record) -> list[tuple[object, ...]]:
    """Each row of any table that has one of these ids in it, without its table's other rows."""
    found = {record.id for record in records}
    return [row for rows in back_end.tables().values() for row in rows if found.intersection(ids_in(row))]


def ids_in(row: tuple[object, ...]) -> list[UUID]:
    return [value for value in row if isinstance(value, UUID)]


def lists_of(back_end: BackEnd, record: Record) -> set[object]:
    """The names of the lists that a record has a row in."""
    rows = back_end.tables()["recognitions_by_list"]
    return {row[0] for row in rows if record.id in ids_in(row)}


OF_THE_RECORD = {
    "visitor visitor",
    "digit 7",
    "below 95",
    "below 99",
    "model lenet-0123456789ab",
    "origin http://localhost:8888",
}


def test_a_record_has_a_row_in_each_of_its_lists_and_in_no_list_of_an_earlier_label(
    back_end: BackEnd, store: HistoryStore
) -> None:
    record = a_record()
    store.add(record)
    assert lists_of(back_end, record) == OF_THE_RECORD
    for number, (text, lists) in enumerate(
        {"1": {"label 1", "disagreeing"}, "7": {"label 7"}, "71": {"label 71", "disagreeing"}}.items()
    ):
        store.put_label(Label(record_id=record.id, text=text, given_by="anna", given_at_us=10**15 + number))
        assert lists_of(back_end, record) == OF_THE_RECORD | lists


@pytest.mark.parametrize("labels", [(), ("7",), ("1",), ("", "1", "3"), ("1", "7")], ids="-".join)
def test_a_deleted_record_leaves_no_row_in_any_table(
    back_end: BackEnd, store: HistoryStore, labels: tuple[str, ...]
) -> None:
    deleted, other = a_record(digits=(7, 1)), a_record(digits=(7, 1))
    for record in (deleted, other):
        store.add(record)
        store.put_share(Share(record_id=record.id, changed_at_us=10**15))
        for number, text in enumerate(labels):
            label = Label(record_id=record.id, text=text, given_by="anna", given_at_us=10**15 + number)
            store.put_label(label)
    of_other = rows_about(back_end, other)
    assert len(rows_about(back_end, deleted)) == len(of_other) > 8
    store.delete(deleted)
    assert rows_about(back_end, deleted) == []
    assert rows_about(back_end, other) == of_other


def test_a_purged_day_leaves_no_row_in_any_table(back_end: BackEnd, store: HistoryStore) -> None:
    day = datetime(2026, 2, 28, 12, tzinfo=UTC)
    purged, other = made_at(day), made_at(day + timedelta(days=1))
    for record in (purged, other):
        store.add(record)
        store.put_share(Share(record_id=record.id, changed_at_us=10**15))
        for number, text in enumerate(("1", "3")):
            label = Label(record_id=record.id, text=text, given_by="anna", given_at_us=10**15 + number)
            store.put_label(label)
        store.put_statistics(record.created_at.date(), "one", "{}")
    of_other = rows_about(back_end, other)
    store.purge(day.date())
    assert rows_about(back_end, purged) == []
    assert rows_about(back_end, other) == of_other
    left = back_end.tables().values()
    assert not [row for rows in left for row in rows if "2026-02-28" in map(str, row)]


def test_a_deleted_record_cannot_be_labelled(store: HistoryStore) -> None:
    record = a_record()
    store.add(record)
    store.delete(record)
    with pytest.raises(RecordNotFound):
        store.put_label(Label(record_id=record.id, text="7", given_by="anna", given_at_us=10**15))


def test_a_deletion_returns_the_label_and_whether_there_was_a_record(store: HistoryStore) -> None:
    plain, labelled = a_record(), a_record()
    label = Label(record_id=labelled.id, text="1", given_by="anna", given_at_us=10**15)
    for record in (plain, labelled):
        store.add(record)
    store.put_label(label)
    assert store.delete(plain) == Deleted(None)
    assert store.delete(labelled) == Deleted(label)
    assert store.delete(plain) is None


def test_a_deletion_may_be_repeated(store: HistoryStore) -> None:
    record = a_record()
    store.delete(record)
    store.add(a_record())
    store.delete(record)
    store.delete(record)
    assert len(store.newest(limit=10)) == 1


def test_deletions_are_remembered(open_it: Open) -> None:
    deleted, waiting, kept = (a_record() for _ in range(3))
    for record in (deleted, kept):
        open_it().add(record)
    for _ in range(2):
        open_it().delete(deleted)
    open_it().delete(waiting)  # It may be in an outbox only.
    asked = [deleted.id, waiting.id, kept.id, new_id()]
    assert open_it().deleted(asked) == {deleted.id, waiting.id}
    assert open_it().deleted([]) == set()


def test_purged_days_are_remembered(open_it: Open) -> None:
    day = datetime(2026, 2, 28, tzinfo=UTC)
    stored, elsewhere = made_at(day), made_at(day + timedelta(hours=23))
    around = [made_at(day - MICROSECOND), made_at(day + timedelta(days=1))]
    open_it().add(stored)
    open_it().purge(day.date())
    asked = ids([stored, elsewhere, *around])
    assert open_it().deleted(asked) == {stored.id, elsewhere.id}


def test_large_drawings_and_other_languages_come_back(store: HistoryStore) -> None:
    strokes = ([[0.1 * x for x in range(20_000)], [1.0] * 20_000],)
    drawing = Drawing(content=os.urandom(1_000_000), media_type="image/jpeg")
    record = replace(a_record(visitor="访客"), strokes=strokes, drawing=drawing)
    store.add(record)
    assert store.get(record.id) == record
    assert ids(store.newest(limit=2, list_filter=ListFilter("visitor", "访客"))) == [record.id]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_json_does_not_have_is_rejected(store: HistoryStore, number: float) -> None:
    record = replace(a_record(), strokes=([[number], [0.5]],))
    with pytest.raises(ValueError, match="JSON"):
        store.add(record)
    with pytest.raises(RecordNotFound):
        store.get(record.id)
    assert ids(store.newest(limit=10)) == []


def test_counts_of_a_range_of_days_are_read_in_order(store: HistoryStore) -> None:
    days = [date(2025, 11, 30), date(2025, 12, 1), date(2026, 2, 28), date(2026, 3, 1)]
    kept = [(day, source, f'{{"drawings":{day.day}}}') for day in days for source in ("one", "two")]
    for row in kept[::-1]:
        store.put_statistics(*row)
    assert store.statistics(days[0], days[-1]) == kept
    assert store.statistics(days[1], days[2]) == kept[2:6]
    assert store.statistics(date(2026, 1, 1), date(2026, 1, 31)) == []


def test_a_source_s_last_counts_replace_its_earlier_ones(open_it: Open) -> None:
    day = date(2026, 2, 28)
    for number in range(3):
        open_it().put_statistics(day, "one", str(number))
        open_it().put_statistics(day, "two", str(-number))
    assert open_it().statistics(day, day) == [(day, "one", "2"), (day, "two", "-2")]


def test_a_purged_day_has_no_counts(store: HistoryStore) -> None:
    day = date(2026, 2, 28)
    kept = [(each, "one", "{}") for each in (day - timedelta(days=1), day + timedelta(days=1))]
    for row in (*kept, (day, "one", "{}"), (day, "two", "{}")):
        store.put_statistics(*row)
    store.purge(day)
    assert store.statistics(day - timedelta(days=9), day + timedelta(days=9)) == kept


def test_a_check_passes_if_the_store_works(store: HistoryStore) -> None:
    store.check()


def test_a_store_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "missing folder" / "history.sqlite3")
    with pytest.raises(StoreUnavailable, match="missing folder"):
        store.add(a_record())
    for unavailable in (store.check, lambda: store.get(new_id()), lambda: store.newest(limit=1)):
        with pytest.raises(StoreUnavailable):
            unavailable()
