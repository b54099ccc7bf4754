"""The outbox: bounded, durable, drained in order, and never blocked by one record."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from history import background
from history.background import draining_thread
from history.keeper import NotStored
from history.permissions import Viewer
from history.records import Record, StorageOutcome, Summary
from history.selectors import own_page, record_for
from history.services import delete, keep_record
from history.stores import circuit_breaker as breaker
from history.stores import drainer as draining
from history.stores import open_store
from history.stores.base import RecordNotFound, Refused, StoreUnavailable
from history.stores.drainer import Drainer
from history.stores.outbox import Backlog, Outbox, open_outbox
from history.stores.sqlite import headroom
from history.stores.sqlite.store import SQLiteStore
from mnistsite.types import Drawing
from tests.disks import FILL, run_on_a_small_disk
from tests.history.interleaved import Interleaved
from tests.history.periodic import waits_of
from tests.history.records import a_record, made_at

MEGABYTE = 1_000_000


class Failing(SQLiteStore):
    """A real store that can be down, or reject some records."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.down = False
        self.refuses: set[UUID] = set()
        self.hangs_on: set[UUID] = set()
        self.order: list[UUID] = []

    def add_all(self, records: Sequence[Record]) -> list[StoreUnavailable | None]:
        errors = [self._error(record) for record in records]
        taken = [record for record, error in zip(records, errors, strict=True) if error is None]
        assert super().add_all(taken) == [None] * len(taken)
        self.order += [record.id for record in taken]
        return errors

    def _error(self, record: Record) -> StoreUnavailable | None:
        if self.down or record.id in self.hangs_on:
            return StoreUnavailable("it does not answer")
        return Refused("it is too large") if record.id in self.refuses else None

    def check(self) -> None:
        if self.down:
            raise StoreUnavailable("it does not answer")


@pytest.fixture
def store(tmp_path: Path) -> Failing:
    return Failing(tmp_path / "store.sqlite3")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox.sqlite3", max_bytes=20 * MEGABYTE)


def waiting(outbox: Outbox, count: int) -> list[Record]:
    records = [a_record() for _ in range(count)]
    for each in records[::-1]:
        outbox.add(each)
    return records


def keep(outbox: Outbox, records: list[Record], taken: list[Record]) -> None:
    """Add records one after another, and note the accepted ones."""
    for each in records:
        outbox.add(each)
        taken.append(each)


def test_an_outbox_reports_its_depth_and_the_age_of_its_oldest_record(outbox: Outbox) -> None:
    assert outbox.backlog() == Backlog(depth=0, oldest_age_s=None)
    waiting(outbox, 3)
    time.sleep(0.05)
    backlog = outbox.backlog()
    assert backlog.depth == 3
    assert backlog.oldest_age_s is not None
    assert 0.05 <= backlog.oldest_age_s < 60


def test_a_record_from_the_future_has_age_zero(outbox: Outbox) -> None:
    outbox.add(made_at(datetime.now(UTC) + timedelta(hours=1)))
    assert outbox.backlog() == Backlog(depth=1, oldest_age_s=0.0)


def test_an_outbox_without_its_folder_accepts_nothing(tmp_path: Path) -> None:
    nowhere = Outbox(tmp_path / "gone" / "outbox.sqlite3", max_bytes=MEGABYTE)
    for asked in (nowhere.check, lambda: nowhere.add(a_record())):
        with pytest.raises(StoreUnavailable, match=r"gone/outbox\.sqlite3: "):
            asked()


def test_an_outbox_does_not_exceed_its_size_limit(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3", max_bytes=2 * MEGABYTE)
    drawing = Drawing(content=os.urandom(300_000), media_type="image/png")
    taken: list[Record] = []
    records = [replace(a_record(), drawing=drawing) for _ in range(10)]
    with pytest.raises(StoreUnavailable, match="full"):
        keep(outbox, records, taken)
    assert 4 <= len(taken) <= 6
    assert outbox.path.stat().st_size <= 2 * MEGABYTE
    assert all(outbox.get(record.id) == record for record in taken)
    outbox.remove([taken[0].id])
    outbox.add(replace(a_record(), drawing=drawing))


def test_waiting_records_are_delivered_in_order_and_removed(outbox: Outbox, store: Failing) -> None:
    records = waiting(outbox, 120)
    ids = [record.id for record in records]
    assert list(Drainer(outbox, store).deliveries()) == ids
    for start in range(0, 120, draining.CHUNK):  # Several records of a chunk are delivered at once.
        chunk = slice(start, start + draining.CHUNK)
        assert sorted(store.order[chunk]) == sorted(ids[chunk])
    assert outbox.backlog().depth == 0
    assert all(store.get(record.id) == record for record in records)


def test_64_records_are_delivered_before_the_next_64(outbox: Outbox, store: Failing) -> None:
    records = waiting(outbox, 65)
    deliveries = Drainer(outbox, store).deliveries()
    assert next(deliveries) == records[0].id
    assert outbox.oldest_ids(limit=99) == [records[64].id]
    assert len(store.order) == 64


def test_a_record_removed_meanwhile_is_not_delivered(
    outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a deletion after the drain has listed it."""
    monkeypatch.setattr(draining, "AT_ONCE", 1)
    store = Interleaved(SQLiteStore(tmp_path / "store.sqlite3"))
    first, deleted, last = waiting(outbox, 3)
    store.before["add"] = lambda: outbox.remove([deleted.id])
    drainer = Drainer(outbox, store)  # type: ignore[arg-type] # it behaves like one
    assert list(drainer.deliveries()) == [first.id, last.id]
    assert [summary.id for summary in store.newest(limit=9)] == [last.id, first.id]
    assert drainer.problems == {}


def test_records_delivered_before_the_outage_are_removed(
    outbox: Outbox, store: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "AT_ONCE", 1)
    records = waiting(outbox, 5)
    store.hangs_on = {records[2].id}
    drainer = Drainer(outbox, store)
    with pytest.raises(StoreUnavailable):
        list(drainer.deliveries())
    assert outbox.oldest_ids(limit=10) == [record.id for record in records[2:]]
    store.hangs_on = set()
    list(drainer.deliveries())
    assert store.order == [record.id for record in records]


def test_a_rejected_record_does_not_delay_the_rest(
    outbox: Outbox, store: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    records = waiting(outbox, 4)
    store.refuses = {records[1].id}
    drainer = Drainer(outbox, store)
    list(drainer.deliveries())
    assert sorted(store.order) == sorted([records[0].id, records[2].id, records[3].id])
    assert outbox.oldest_ids(limit=10) == [records[1].id]
    assert drainer.problems == {records[1].id: "it is too large"}
    assert caplog.messages == [f"Record {records[1].id} stays in the outbox: it is too large"]


def test_a_record_that_always_times_out_is_skipped_in_the_end(outbox: Outbox, store: Failing) -> None:
    records = waiting(outbox, 3)
    store.hangs_on = {records[0].id}
    drainer = Drainer(outbox, store)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            list(drainer.deliveries())
    list(drainer.deliveries())
    assert sorted(store.order) == sorted([records[1].id, records[2].id])
    assert records[0].id in drainer.problems


def test_no_record_is_skipped_while_the_store_is_down(outbox: Outbox, store: Failing) -> None:
    records = waiting(outbox, 3)
    drainer = Drainer(outbox, store)
    store.down = True
    for _ in range(9):
        with pytest.raises(StoreUnavailable):
            list(drainer.deliveries())
    store.down = False
    assert list(drainer.deliveries()) == [each.id for each in records]
    assert drainer.problems == {}


def test_a_postponed_record_is_tried_again_after_a_quarter_of_a_minute(
    outbox: Outbox, store: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 1000.0
    monkeypatch.setattr(draining, "time", SimpleNamespace(monotonic=lambda: now_s))
    (only,) = waiting(outbox, 1)
    store.refuses = {only.id}
    drainer = Drainer(outbox, store)
    list(drainer.deliveries())
    store.refuses = set()
    now_s += 14.9
    assert list(drainer.deliveries()) == []
    assert drainer.problems == {only.id: "it is too large"}
    now_s += 0.1
    assert list(drainer.deliveries()) == [only.id]
    assert drainer.problems == {}


@pytest.mark.parametrize(
    "digits", ["[[", "7", "[[7]]", "[[7, [], [1, 2, 3, 4]]]"], ids=["no JSON", "no list", "half", "no tenth"]
)
def test_a_row_that_cannot_be_read_stays_and_is_reported(outbox: Outbox, store: Failing, digits: str) -> None:
    records = waiting(outbox, 3)
    with closing(sqlite3.connect(outbox.path)) as connection, connection:
        connection.execute(
            "UPDATE recognitions SET digits = ? WHERE key = (SELECT min(key) FROM recognitions)", (digits,)
        )
    drainer = Drainer(outbox, store)
    assert list(drainer.deliveries()) == [record.id for record in records[1:]]
    assert list(drainer.problems) == outbox.oldest_ids(limit=10) == [records[0].id]


def test_records_that_were_deleted_are_dropped(outbox: Outbox, store: Failing) -> None:
    """The outbox has been restored from a backup."""
    deleted, kept, purged = a_record(), a_record(), made_at(datetime(2026, 2, 28, tzinfo=UTC))
    for record in (deleted, kept, purged):
        store.add(record)
        outbox.add(record)
    store.delete(deleted)
    store.purge(purged.created_at.date())
    drainer = Drainer(outbox, store)
    assert list(drainer.deliveries()) == [kept.id]
    assert drainer.dropped == 2
    assert outbox.backlog().depth == 0
    assert [summary.id for summary in store.newest(limit=9)] == [kept.id]


def test_a_drawing_of_a_day_that_was_purged_before_is_delivered(outbox: Outbox, store: Failing) -> None:
    store.purge(a_record().created_at.date())
    (record,) = waiting(outbox, 1)
    assert list(Drainer(outbox, store).deliveries()) == [record.id]
    assert store.get(record.id) == record


def test_one_question_about_deletions_covers_64_records(
    outbox: Outbox, store: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def deleted(record_ids: list[UUID]) -> set[UUID]:
        asked.append(len(record_ids))
        return set()

    monkeypatch.setattr(store, "deleted", deleted)
    waiting(outbox, 65)
    list(Drainer(outbox, store).deliveries())
    assert asked == [64, 1]


def test_only_one_process_drains_at_a_time(outbox: Outbox, store: Failing) -> None:
    records = waiting(outbox, 2)
    with (outbox.path.parent / "outbox.sqlite3-lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert list(Drainer(outbox, store).deliveries()) == []
    assert len(list(Drainer(outbox, store).deliveries())) == len(records)


def test_a_record_that_arrives_while_others_leave_is_delivered_too(outbox: Outbox, store: Failing) -> None:
    first = waiting(outbox, 1)
    drainer = Drainer(outbox, store)
    deliveries = drainer.deliveries()
    next(deliveries)
    later = waiting(outbox, 1)
    list(deliveries)
    list(drainer.deliveries())
    assert store.order == [first[0].id, later[0].id]


def test_the_thread_drains_when_the_store_is_back(outbox: Outbox, store: Failing) -> None:
    store.down = True
    thread = draining_thread(outbox, store)
    records = waiting(outbox, 3)
    thread.attempt()
    assert outbox.backlog().depth == 3
    store.down = False
    thread.attempt()
    assert outbox.backlog().depth == 0
    assert sorted(store.order) == sorted(record.id for record in records)


def test_the_thread_checks_every_second(
    outbox: Outbox, store: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(second: int) -> None:
        if second == 1:
            waiting(outbox, 3)

    thread = draining_thread(outbox, store)
    assert waits_of(thread, monkeypatch, count=3, meanwhile=meanwhile) == [1] * 3
    assert len(store.order) == 3
    assert thread.daemon  # A process does not wait for it to end.


def test_the_thread_survives_any_error(
    outbox: Outbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, (first, second) = Interleaved(SQLiteStore(tmp_path / "store.sqlite3")), waiting(outbox, 2)

    def fail() -> None:
        raise RuntimeError("a mistake")

    store.before["add"] = fail
    thread = draining_thread(outbox, store)  # type: ignore[arg-type] # it behaves like one
    for _ in range(2):
        thread.attempt()
    assert [summary.id for summary in store.newest(limit=9)] == [second.id, first.id]
    assert caplog.messages == ["Records wait in the outbox", "2 records left the outbox for the history"]


def test_the_log_reports_each_minute_why_records_wait(
    outbox: Outbox, store: Failing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store.down = True
    waiting(outbox, 1)
    seconds = iter([100, 100, 101, 159.9, 160, 160, 161])
    monkeypatch.setattr(background, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    thread = draining_thread(outbox, store)
    for _ in range(5):
        thread.attempt()
    reason = "Records wait in the outbox: it does not answer"
    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [("WARNING", reason)] * 2
    assert list(seconds) == []


def test_the_outbox_leaves_its_reserve_and_as_much_again_on_a_disk(
    outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "another disk").mkdir()
    store = Failing(tmp_path / "another disk" / "store.sqlite3")
    reserve = outbox.path.with_name("outbox.sqlite3-reserve")

    def leave(free: int) -> None:
        """Simulate free space, beyond the space by which the log can make the file grow."""
        log = outbox.path.with_name("outbox.sqlite3-wal")

        def disk_usage(folder: Path) -> SimpleNamespace:
            if folder != outbox.path.parent:
                return SimpleNamespace(free=10**9)
            return SimpleNamespace(free=free + (log.stat().st_blocks * 512 if log.exists() else 0))

        monkeypatch.setattr(headroom, "shutil", SimpleNamespace(disk_usage=disk_usage))

    leave(16_777_215)
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        outbox.add(a_record())
    assert not reserve.exists()
    leave(16_777_216)
    waiting(outbox, 1)
    assert (reserve.stat().st_size, reserve.stat().st_blocks * 512) == (8_388_608, 8_388_608)
    leave(8_388_608)
    waiting(outbox, 1)
    outbox.check()
    leave(8_388_607)
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        outbox.add(a_record())
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        outbox.check()
    list(Drainer(outbox, store).deliveries())
    assert outbox.backlog().depth == 0


FULL = (
    FILL
    + """
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from history.stores.outbox import Outbox
from history.stores.base import StoreUnavailable
from mnistsite.types import Drawing
from tests.history.records import a_record
def add(size):
    drawing = Drawing(content=os.urandom(size), media_type="image/png")
    try:
        outbox.add(replace(a_record(), drawing=drawing))
    except StoreUnavailable:
        return False
    return True
def empty():
    while ids := outbox.oldest_ids(limit=64):
        outbox.remove(ids)
    print(outbox.backlog().depth)
outbox = Outbox(folder / "outbox.sqlite3", max_bytes=10**9)
"""
)
FILLED_BY_ANOTHER = """
log = folder / "outbox.sqlite3-wal"
while (not log.exists() or log.stat().st_size < {longest_log}) and add({size}):
    pass
print(outbox.backlog().depth)
fill()
outbox.remove(outbox.oldest_ids(limit=1))
fill()
empty()
"""
FILLED_BY_ITSELF = """
while add(1_000_000):
    pass
print(outbox.backlog().depth)
fill()
empty()
outbox.shrink()
assert add(1_000_000)
"""
FILLED_BY_MANY = """
import sqlite3, time
outbox.check()
with ThreadPoolExecutor(16) as threads, sqlite3.connect(outbox.path, isolation_level=None) as other:
    other.execute("BEGIN IMMEDIATE")
    added = [threads.submit(add, 1_000_000) for _ in range(16)]
    time.sleep(0.5)  # All of them wait to write.
    other.execute("COMMIT")
print(outbox.backlog().depth)
fill()
empty()
"""
ENDED = """
add(10_000)
print(outbox.backlog().depth)
"""
BEGUN_AGAIN = """
fill()
empty()
"""


def on_a_full_disk(folder: Path, *processes: str, size_mb: int = 20) -> tuple[int, int]:
    """The number of accepted records, and of those left after all removals. One process at a time."""
    programs = [FULL + process for process in processes]
    output = run_on_a_small_disk(folder, *programs, size_mb=size_mb, timeout_s=60)
    taken, left = map(int, output.split())
    assert taken > 0
    return taken, left


@pytest.mark.parametrize("size", [2_000, 15_000, 1_000_000])
@pytest.mark.parametrize("longest_log", [1_000_000, 3_500_000, 10**8])
def test_records_can_be_removed_from_a_full_disk(tmp_path: Path, size: int, longest_log: int) -> None:
    """Until SQLite's log has 4 MB, the added records are only in the log."""
    _, left = on_a_full_disk(tmp_path, FILLED_BY_ANOTHER.format(size=size, longest_log=longest_log))
    assert left == 0


def test_a_chunk_of_large_records_is_removed_in_parts_and_makes_room(tmp_path: Path) -> None:
    """A removal writes to the log first, which has no room for 64 records of 1 MB at once."""
    taken, left = on_a_full_disk(tmp_path, FILLED_BY_ITSELF, size_mb=100)
    assert (taken > 64, left) == (True, 0)


def test_concurrent_additions_of_large_records_leave_room_for_removals(tmp_path: Path) -> None:
    assert on_a_full_disk(tmp_path, FILLED_BY_MANY, size_mb=30)[1] == 0


def test_an_outbox_can_be_reopened_on_a_full_disk(tmp_path: Path) -> None:
    """A process that ends deletes the log and its index, and a full disk has no room to create them."""
    assert on_a_full_disk(tmp_path, ENDED, BEGUN_AGAIN) == (1, 0)


@pytest.fixture
def site_with_outbox(settings: object, tmp_path: Path) -> Failing:
    settings.HISTORY_STORES = {  # type: ignore[attr-defined]
        "failing": {"BACKEND": f"{__name__}.Failing", "OPTIONS": {"path": tmp_path / "store.sqlite3"}}
    }
    settings.HISTORY_STORE = "failing"  # type: ignore[attr-defined]
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 2 * MEGABYTE}  # type: ignore[attr-defined]
    store = open_store()
    assert isinstance(store, Failing)
    return store


def test_a_record_is_queued_if_the_store_does_not_answer(site_with_outbox: Failing) -> None:
    first, second = a_record(), a_record()
    assert keep_record(first) is StorageOutcome.STORED
    site_with_outbox.down = True
    assert keep_record(second) is StorageOutcome.QUEUED
    outbox = open_outbox()
    assert outbox is not None
    assert outbox.oldest_ids(limit=10) == [second.id]


def test_a_record_that_neither_store_accepts_is_not_acknowledged(
    site_with_outbox: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    site_with_outbox.down = True
    drawing = Drawing(content=os.urandom(3 * MEGABYTE), media_type="image/png")
    lost = replace(a_record(), drawing=drawing)
    with pytest.raises(NotStored):
        keep_record(lost)
    assert caplog.messages == [f"Record {lost.id} was not stored"]


def test_failed_attempts_are_logged_but_not_every_queued_record(
    site_with_outbox: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    site_with_outbox.down = True
    records = [a_record() for _ in range(9)]
    for each in records:
        keep_record(each)
    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [
        ("WARNING", f"Record {each.id} waits in the outbox: it does not answer") for each in records[:3]
    ]


def test_a_visitor_sees_a_waiting_record_in_its_place(site_with_outbox: Failing) -> None:
    stored, queued, stored_later = a_record(), a_record(), a_record()
    others = a_record(visitor="another")
    keep_record(stored)
    site_with_outbox.down = True
    keep_record(queued)
    keep_record(others)
    site_with_outbox.down = False
    keep_record(stored_later)
    viewer = Viewer(visitor="visitor")

    def shown(cursor: str = "", limit: int = 10) -> list[Summary]:
        return own_page(viewer, cursor=cursor, limit=limit).records

    assert [summary.id for summary in shown()] == [stored_later.id, queued.id, stored.id]
    first = own_page(viewer, limit=1)
    assert first.older is not None
    assert [summary.id for summary in shown(first.older)] == [queued.id, stored.id]
    assert record_for(viewer, queued.id) == queued
    with pytest.raises(RecordNotFound):
        record_for(viewer, others.id)
    # Delivered and not yet removed from the outbox, it is still one record.
    site_with_outbox.add(queued)
    assert [summary.id for summary in shown()] == [stored_later.id, queued.id, stored.id]


def test_a_failing_store_is_not_tried_for_a_second(
    site_with_outbox: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_with_outbox.down = True
    for _ in range(3):
        keep_record(a_record())
    site_with_outbox.down = False
    assert keep_record(a_record()) is StorageOutcome.QUEUED
    later = SimpleNamespace(monotonic=lambda: time.monotonic() + 1)  # A test that waits costs a second.
    monkeypatch.setattr(breaker, "time", later)
    assert keep_record(a_record()) is StorageOutcome.STORED


def test_a_store_that_rejects_a_record_gets_the_next_one(site_with_outbox: Failing) -> None:
    refused = [a_record() for _ in range(4)]
    site_with_outbox.refuses = {each.id for each in refused}
    assert [keep_record(each) for each in refused] == [StorageOutcome.QUEUED] * 4
    assert keep_record(a_record()) is StorageOutcome.STORED


def test_a_deletion_also_removes_the_record_from_the_outbox(site_with_outbox: Failing) -> None:
    deleted, other = a_record(), a_record()
    site_with_outbox.down = True
    for kept in (deleted, other):
        keep_record(kept)
    site_with_outbox.down = False
    viewer = Viewer(visitor="visitor")
    delete(viewer, deleted.id)
    with pytest.raises(RecordNotFound):
        record_for(viewer, deleted.id)
    outbox = open_outbox()
    assert outbox is not None
    assert outbox.oldest_ids(limit=10) == [other.id]
