"""A record that moves from the outbox to the store during a request is neither missed nor duplicated.

Each test drains the outbox at one moment: right before a request to the store, which is after the request to
the outbox, or right after it. So code with the other order fails every time.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from history.filters import ListFilter
from history.pagination import page_after, page_before
from history.permissions import Viewer
from history.records import Label, Record, ShareLink, StorageOutcome
from history.retention import purge_before
from history.selectors import (
    daily_counts,
    labelled_record_for,
    own_neighbour,
    own_page,
    record_for,
    shared_record,
)
from history.services import LabelNotSaved, NotDeleted, delete, give_label, keep_record
from history.statistics.counts import Counts, statistics_recorder
from history.statistics.metrics import counts_of_label
from history.stores.base import RecordNotFound, StoreUnavailable
from history.stores.drainer import Drainer
from history.stores.outbox import Outbox, open_outbox
from history.stores.sqlite.store import SQLiteStore
from tests.history.interleaved import Interleaved, interleaved
from tests.history.records import a_record

VIEWER = Viewer(visitor="visitor")
WANTED = ListFilter("visitor", "visitor")
MOMENTS = ("before", "after")


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Interleaved:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    open_outbox.cache_clear()
    return interleaved(settings, SQLiteStore(tmp_path / "store.sqlite3"))


@pytest.fixture
def outbox(store: Interleaved) -> Outbox:
    opened = open_outbox()
    assert opened is not None
    return opened


@pytest.fixture
def drain(store: Interleaved, outbox: Outbox) -> Callable[[], None]:
    def drain() -> None:
        list(Drainer(outbox, store).deliveries())  # type: ignore[arg-type] # it behaves like one
        assert outbox.backlog().depth == 0

    return drain


def fail() -> None:
    raise StoreUnavailable("it does not answer")


def ids_before(_: UUID) -> list[UUID]:
    return [summary.id for summary in own_page(VIEWER).records]


def ids_after(_: UUID) -> list[UUID]:
    return [summary.id for summary in page_after(WANTED).records]


def id_of(looked_up: Callable[[Viewer, UUID], Record]) -> Callable[[UUID], list[UUID]]:
    return lambda record_id: [looked_up(VIEWER, record_id).id]


READINGS: dict[str, tuple[str, Callable[[UUID], list[UUID]]]] = {
    "page from the newest": ("newest", ids_before),
    "page from the oldest": ("oldest", ids_after),
    "record": ("get", id_of(record_for)),
    "record with its label": ("get", id_of(lambda viewer, one: labelled_record_for(viewer, one)[0])),
    "shared record": ("get", id_of(lambda _, one: shared_record(ShareLink(one)))),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("asked", "read"), READINGS.values(), ids=READINGS)
def test_a_record_delivered_meanwhile_is_read_once(
    store: Interleaved,
    outbox: Outbox,
    drain: Callable[[], None],
    moment: str,
    asked: str,
    read: Callable[[UUID], list[UUID]],
) -> None:
    waiting = a_record()
    outbox.add(waiting)
    getattr(store, moment)[asked] = drain
    assert read(waiting.id) == [waiting.id]
    assert read(waiting.id) == [waiting.id]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("newer", [True, False])
def test_a_neighbour_that_is_delivered_meanwhile_is_found(
    store: Interleaved, outbox: Outbox, drain: Callable[[], None], moment: str, newer: bool
) -> None:
    records = [a_record() for _ in range(3)]
    start, waiting, beyond = records if newer else records[::-1]
    store.add(start)
    store.add(beyond)
    outbox.add(waiting)
    getattr(store, moment)["oldest" if newer else "newest"] = drain
    assert own_neighbour(VIEWER, start.id, newer=newer) == waiting.id


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_page_shows_each_record_once_while_some_are_delivered(
    store: Interleaved, outbox: Outbox, drain: Callable[[], None], moment: str
) -> None:
    records = [a_record() for _ in range(6)]
    for number, each in enumerate(records):
        (outbox if number % 2 else store).add(each)
    getattr(store, moment)["newest"] = drain
    first = page_before(WANTED, limit=4)
    assert first.older is not None
    second = page_before(WANTED, first.older, limit=4)
    seen = [summary.id for summary in first.records + second.records]
    assert seen == [each.id for each in records[::-1]]


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_old_record_delivered_meanwhile_is_deleted(
    store: Interleaved, outbox: Outbox, drain: Callable[[], None], moment: str
) -> None:
    old = a_record()
    outbox.add(old)
    getattr(store, moment)["oldest"] = drain
    list(purge_before(old.created_at.date() + timedelta(days=1), task="a test"))
    assert store.newest(limit=9) == outbox.newest(limit=9) == []


def test_a_record_delivered_during_the_outbox_s_purge_is_deleted_from_the_store(
    store: Interleaved, outbox: Outbox
) -> None:
    """A drain that read the record before the purge delivers it afterwards."""
    old = a_record()
    outbox.add(old)
    store.before["oldest"] = lambda: store.add(old)
    list(purge_before(old.created_at.date() + timedelta(days=1), task="a test"))
    assert store.newest(limit=9) == outbox.newest(limit=9) == []


def counted(store: Interleaved) -> Counts:
    statistics_recorder().write(store)  # type: ignore[arg-type] # it behaves like one
    return Counts.total(daily_counts(first=date(2020, 1, 1), last=date(2100, 1, 1)).values())


def queued(store: Interleaved) -> Record:
    """A waiting record, which has been counted."""
    store.before["add_all"] = fail
    waiting = a_record()
    assert keep_record(waiting) is StorageOutcome.QUEUED
    return waiting


def test_a_record_delivered_before_its_deletion_is_deleted_and_subtracted(
    store: Interleaved, outbox: Outbox, drain: Callable[[], None]
) -> None:
    waiting = queued(store)
    store.before["delete"] = drain
    delete(VIEWER, waiting.id)
    assert store.newest(limit=9) == outbox.newest(limit=9) == []
    assert counted(store) == Counts()


def test_a_record_in_both_is_deleted_from_both_and_subtracted_once(
    store: Interleaved, outbox: Outbox
) -> None:
    waiting = queued(store)
    store.add(waiting)  # Delivered, and not yet removed from the outbox.
    delete(VIEWER, waiting.id)
    assert store.newest(limit=9) == outbox.newest(limit=9) == []
    assert counted(store) == Counts()


def test_a_labelled_record_in_both_is_subtracted_with_its_label(store: Interleaved, outbox: Outbox) -> None:
    """The outbox has no labels, so the label comes from the store's deletion."""
    waiting = queued(store)
    store.add(waiting)
    store.put_label(Label(record_id=waiting.id, text="1", given_by="anna", given_at_us=10**15))
    statistics_recorder().add(waiting.created_at.date(), counts_of_label(waiting, "1"))
    delete(VIEWER, waiting.id)
    assert counted(store) == Counts()


def test_a_waiting_record_is_not_deleted_while_the_store_is_down(store: Interleaved, outbox: Outbox) -> None:
    """The store may have it too. If it left the outbox, its visitor could not repeat the deletion."""
    waiting = queued(store)
    store.before["delete"] = fail
    with pytest.raises(NotDeleted):
        delete(VIEWER, waiting.id)
    assert record_for(VIEWER, waiting.id) == waiting
    assert counted(store).drawings == 1
    delete(VIEWER, waiting.id)
    with pytest.raises(RecordNotFound):
        record_for(VIEWER, waiting.id)
    assert counted(store) == Counts()


def test_a_waiting_record_cannot_be_labelled_before_its_delivery(
    store: Interleaved, drain: Callable[[], None]
) -> None:
    waiting = queued(store)
    with pytest.raises(LabelNotSaved):
        give_label(VIEWER, waiting.id, "1")
    assert counted(store).labels == 0
    store.before["put_label"] = drain
    assert give_label(VIEWER, waiting.id, "1").text == "1"
    assert counted(store).labels == 1
