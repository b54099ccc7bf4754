"""The embedded store on a full disk, and at its size limit: it refuses records, and can be emptied."""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from history.keeper import NotStored
from history.permissions import Viewer
from history.records import Label
from history.selectors import store_status
from history.services import delete, keep_record
from history.stores import open_store
from history.stores.base import Refused, StoreUnavailable
from history.stores.sqlite import headroom
from history.stores.sqlite.store import SQLiteStore
from mnistsite.types import Drawing
from tests.disks import FILL, no_file_longer_than, run_on_a_small_disk
from tests.history.records import a_record

START = (
    FILL
    + """
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from history.stores.base import StoreUnavailable
from history.stores.sqlite.store import SQLiteStore
from mnistsite.types import Drawing
from tests.history.records import a_record, made_at
store = SQLiteStore(folder / "history.sqlite3")
def takes(do, *given):
    try:
        do(*given)
    except StoreUnavailable:
        return False
    return True
def a_record_of(size, days_ago=0):
    record = made_at(datetime.now(UTC) - timedelta(days=days_ago))
    return replace(record, drawing=Drawing(content=os.urandom(size), media_type="image/png"))
"""
)
FILLED_BY_ITSELF = """
while takes(store.add, a_record_of({size}, days_ago=1)):
    pass
assert not takes(store.check)
while takes(store.add, a_record_of(500)):
    pass
first, *others = store.newest(limit=1000)
assert len(others) > 5
store.delete(first)
store.purge((datetime.now(UTC) - timedelta(days=1)).date())
store.check()
store.add(a_record_of({size}))
"""
ADDED = """
for _ in range({count}):
    store.add(a_record_of({size}, days_ago=1))
store.add(a_record_of({size}))
"""
FILLED_BY_ANOTHER = (
    ADDED
    + """
fill()
assert not takes(store.check)
assert not takes(store.add, a_record_of({size}))
"""
)
DELETED_FROM = """
fill()
assert not takes(store.check)
kept = store.newest(limit=1)[0]
store.delete(store.newest(limit=2)[1])
{again}
store.purge((datetime.now(UTC) - timedelta(days=1)).date())
assert [each.id for each in store.newest(limit=9)] == [kept.id]
fill()
assert not takes(store.check)
(folder / "another's").unlink()
store.check()
store.add(a_record_of({size}))
"""


def on_a_full_disk(folder: Path, *processes: str, size_mb: int) -> None:
    """Run processes, one after another, on a disk that they fill."""
    programs = [START + process for process in processes]
    run_on_a_small_disk(folder, *programs, size_mb=size_mb, timeout_s=120)


@pytest.mark.parametrize("size", [15_000, 1_000_000])
def test_a_store_that_has_filled_its_disk_can_be_emptied_and_filled_again(tmp_path: Path, size: int) -> None:
    on_a_full_disk(tmp_path, FILLED_BY_ITSELF.format(size=size), size_mb=60)


@pytest.mark.parametrize(("size", "count"), [(2_000, 5), (15_000, 600), (1_000_000, 20)])
def test_a_store_can_be_emptied_on_a_disk_that_others_have_filled(
    tmp_path: Path, size: int, count: int
) -> None:
    filled, deleted = (
        each.format(size=size, count=count, again="fill()") for each in (FILLED_BY_ANOTHER, DELETED_FROM)
    )
    on_a_full_disk(tmp_path, filled + deleted, size_mb=60)


def test_it_can_be_emptied_by_a_process_that_starts_there(tmp_path: Path) -> None:
    """A process that ends deletes the log and its index, and a full disk has no room to create them."""
    added, deleted = (each.format(size=15_000, count=20, again="") for each in (ADDED, DELETED_FROM))
    on_a_full_disk(tmp_path, added, deleted, size_mb=40)


def sized(content_bytes: int) -> Drawing:
    return Drawing(content=os.urandom(content_bytes), media_type="image/png")


@pytest.fixture
def bounded(settings: Settings) -> SQLiteStore:
    """The site's store, of at most a megabyte."""
    settings.HISTORY_STORES["embedded"]["OPTIONS"]["max_bytes"] = 1_000_000
    store = open_store()
    assert isinstance(store, SQLiteStore)
    return store


def test_a_store_at_its_size_limit_refuses_records_and_nothing_else(bounded: SQLiteStore) -> None:
    viewer = Viewer(visitor="visitor")
    records = [replace(a_record(), drawing=sized(100_000)) for _ in range(8)]
    for record in records:
        keep_record(record)
    assert store_status().outcome is not None
    for _ in range(5):  # It answers, so the circuit breaker lets a smaller one through.
        with pytest.raises(NotStored):
            keep_record(replace(a_record(), drawing=sized(220_000)))
    while store_status().outcome is not None:
        keep_record(replace(a_record(), drawing=sized(20_000)))
    with pytest.raises(Refused, match="size limit of 1000000 bytes"):
        bounded.check()
    bounded.put_label(Label(record_id=records[0].id, text="7", given_by="anna", given_at_us=10**15))
    delete(viewer, records[0].id)
    bounded.check()
    keep_record(replace(a_record(), drawing=sized(20_000)))


def test_a_size_limit_is_not_exceeded(bounded: SQLiteStore, settings: Settings) -> None:
    path = settings.HISTORY_STORES["embedded"]["OPTIONS"]["path"]
    with suppress(Refused):
        while True:
            bounded.add(replace(a_record(), drawing=sized(3_000)))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert 950_000 < path.stat().st_size <= 1_000_000


def test_a_check_reports_a_full_disk_before_anything_is_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SQLiteStore(tmp_path / "history.sqlite3")
    store.check()
    with monkeypatch.context() as patch:
        full = SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=0))
        patch.setattr(headroom, "shutil", full)
        with pytest.raises(StoreUnavailable, match=r"history\.sqlite3: the disk is full"):
            store.check()
    store.check()


def test_a_check_of_a_store_that_works_writes_nothing(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "history.sqlite3")
    store.add(a_record())

    def files() -> dict[str, tuple[int, int]]:
        return {each.name: (each.stat().st_mtime_ns, each.stat().st_size) for each in tmp_path.glob("*[!m]")}

    before = files()
    assert "history.sqlite3-wal" in before
    for _ in range(3):
        store.check()
    assert files() == before


def test_a_check_writes_after_a_failed_write_and_recovers_with_the_disk(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "history.sqlite3")
    store.add(a_record())
    with no_file_longer_than(1):
        with pytest.raises(StoreUnavailable):
            store.add(a_record())
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match=r"history\.sqlite3"):
                store.check()
    store.check()
    store.add(a_record())
