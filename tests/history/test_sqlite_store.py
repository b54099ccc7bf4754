"""The embedded store beyond the contract: durability, locking, migrations and cheap pages."""

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from history.filters import EVERYTHING, ListFilter
from history.ids import new_id, time_ordered
from history.records import Label, Record
from history.stores import rows
from history.stores.base import StoreUnavailable
from history.stores.sqlite import store as store_module
from history.stores.sqlite.file import upgrade
from history.stores.sqlite.migrations import MIGRATIONS
from history.stores.sqlite.store import SQLiteStore, list_query
from mnistsite.types import Drawing
from tests.conftest import ROOT
from tests.disks import no_file_longer_than
from tests.history.records import a_record, made_at
from tests.tracing import traced

WRITER = """
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
import django
django.setup()
from history.stores.sqlite.store import SQLiteStore
from tests.history.records import a_record
store = SQLiteStore(Path(sys.argv[1]))
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    record = a_record()
    store.add(record)
    print(record.id, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


def ids(store: SQLiteStore) -> list[UUID]:
    return [summary.id for summary in store.newest(limit=9)]


def writer(path: Path, count: int) -> "subprocess.Popen[str]":
    """A process that waits for a line, writes records, and prints the id of each acknowledged record."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(count)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "mnistsite.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_open_a_new_file_at_the_same_moment_all_write(path: Path) -> None:
    writers = [writer(path, 5) for _ in range(6)]
    for process in writers:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    acknowledged = [line for process in writers for line in process.communicate()[0].split()]
    assert [process.returncode for process in writers] == [0] * 6
    kept = [str(record.id) for record in SQLiteStore(path).newest(limit=100)]
    assert sorted(acknowledged) == sorted(kept)
    assert len(kept) == 30


def test_an_acknowledged_record_survives_a_kill(path: Path) -> None:
    process = writer(path, 100_000)
    assert process.stdin
    assert process.stdout
    process.stdin.write("go\n")
    process.stdin.flush()
    acknowledged = [process.stdout.readline().strip() for _ in range(50)]
    process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0].splitlines(keepends=True)
    acknowledged += [line.strip() for line in rest if line.endswith("\n")]
    store = SQLiteStore(path)
    assert all(store.get(UUID(record_id)).visitor == "visitor" for record_id in acknowledged)


TRACED = """
import os, sys
from pathlib import Path
import django
django.setup()
from history.records import Label
from history.stores.sqlite.store import SQLiteStore
from tests.history.records import a_record
store, record = SQLiteStore(Path(sys.argv[1]) / "history.sqlite3"), a_record()
label = Label(record_id=record.id, text="7", given_by="anna", given_at_us=10**15)
for change, *given in (store.add, record), (store.put_label, label), (store.delete, record):
    change(*given)
    os.write(1, b"done")
"""


def test_each_change_is_synced_to_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    run = traced(TRACED, tmp_path / "state")
    assert run.status == 0
    changes = " ".join(run.calls).split("print")[:-1]
    assert len(changes) == 3
    for change in changes:
        written, synced = "pwrite64 history.sqlite3-wal", "fdatasync history.sqlite3-wal"
        assert -1 < change.rfind(written) < change.rfind(synced)


def test_a_full_disk_is_reported_and_earlier_records_remain(path: Path) -> None:
    store, kept = SQLiteStore(path), a_record()
    store.add(kept)
    large = replace(a_record(), drawing=Drawing(content=os.urandom(1_000_000), media_type="image/png"))
    for _ in range(2):
        with no_file_longer_than(500_000), pytest.raises(StoreUnavailable, match=r"history\.sqlite3"):
            store.add(large)
    assert ids(store) == ids(SQLiteStore(path)) == [kept.id]
    store.add(large)
    assert store.get(large.id) == large


def test_a_write_cut_off_by_a_power_cut_is_absent_and_earlier_writes_remain(path: Path) -> None:
    """A power cut leaves the log on disk as it was, cut off at any byte."""
    store = SQLiteStore(path)
    store.add(acknowledged := a_record())
    log = path.with_name(f"{path.name}-wal")
    before = log.stat().st_size
    store.add(torn := a_record())
    after = log.stat().st_size
    assert before < after
    for size in (before, before + 1, (before + after) // 2, after - 1):
        left = path.with_name(f"left-{size}.sqlite3")
        left.write_bytes(path.read_bytes())
        left.with_name(f"{left.name}-wal").write_bytes(log.read_bytes()[:size])
        found = SQLiteStore(left)
        assert ids(found) == [acknowledged.id]
        assert found.get(acknowledged.id) == acknowledged
        found.add(torn)
        assert found.get(torn.id) == torn


def test_a_write_waits_for_a_locked_file_until_its_time_out(path: Path) -> None:
    store = SQLiteStore(path, busy_timeout_s=0.2)
    store.add(a_record())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match="locked"):
        store.add(a_record())
    with pytest.raises(StoreUnavailable, match="locked"):
        store.check()
    other.execute("ROLLBACK")
    other.close()
    store.add(a_record())
    assert len(store.newest(limit=10)) == 2


def test_a_file_that_was_moved_away_is_not_written_to(path: Path) -> None:
    store = SQLiteStore(path)
    store.add(a_record())
    for file in path.parent.iterdir():
        file.rename(path.parent / f"old-{file.name}")
    record = a_record()
    store.add(record)
    assert SQLiteStore(path).get(record.id) == record


@pytest.mark.parametrize("content", [b"this is no database, and long enough to be sure of it" * 30])
def test_a_file_that_is_not_a_database_is_named(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match=r"history\.sqlite3: file is not a database"):
        SQLiteStore(path).newest(limit=1)
    assert path.read_bytes() == content


def test_a_file_of_a_later_version_is_left_alone(path: Path) -> None:
    SQLiteStore(path).check()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreUnavailable, match="later version"):
        SQLiteStore(path).add(a_record())


LISTS = [
    ListFilter(name, value, day)
    for name, value in {
        "": "",
        "visitor": "me",
        "digit": "7",
        "label": "7",
        "disagreeing": "1",
        "below": "95",
    }.items()
    for day in (None, date(2026, 2, 28))
]


@pytest.mark.parametrize("list_filter", LISTS, ids=lambda list_filter: f"{list_filter.key} {list_filter.day}")
@pytest.mark.parametrize("oldest_first", [False, True], ids=["newest first", "oldest first"])
@pytest.mark.parametrize("from_id", [None, new_id()], ids=["first page", "later page"])
def test_no_list_scans_or_sorts(
    path: Path, list_filter: ListFilter, from_id: UUID | None, oldest_first: bool
) -> None:
    bound = {"after" if oldest_first else "before": from_id}
    query, values = list_query(list_filter, limit=5, oldest_first=oldest_first, **bound)
    SQLiteStore(path).check()
    plan = [row["detail"] for row in raw(path, f"EXPLAIN QUERY PLAN {query}", *values)]
    assert plan
    assert not any("TEMP B-TREE" in step for step in plan)
    # The first page of all records scans the primary key, up to the limit.
    whole = list_filter == EVERYTHING and from_id is None
    assert all(step.startswith("SEARCH") or (whole and "USING INDEX" in step) for step in plan), plan


def test_a_file_from_before_the_lists_gets_them(path: Path) -> None:
    """The test writes its records in the form of that time."""
    records = [a_record(visitor=visitor, digits=digits) for visitor, digits in (("me", (7,)), ("", (1, 7)))]
    labels = ["7", "1"]
    with sqlite3.connect(path) as connection:
        upgrade_to(connection, 2)
        for record, label in zip(records, labels, strict=True):
            write_of_old(connection, record, label)
    connection.close()
    store, fresh = SQLiteStore(path), SQLiteStore(path.with_name("fresh.sqlite3"))
    for record, label in zip(records, labels, strict=True):
        fresh.add(record)
        fresh.put_label(Label(record_id=record.id, text=label, given_by="anna", given_at_us=10**15))
    of_that_time = ("visitor", "digit", "label", "disagreeing", "below", "model", "origin")
    names = " OR ".join(f"list GLOB '{name}*'" for name in of_that_time)
    listed = f"SELECT list, key FROM recognitions_by_list WHERE {names}"  # noqa: S608 -- its own
    store.check()
    kept = [tuple(row) for row in raw(path, listed)]
    assert kept == [tuple(row) for row in raw(path.with_name("fresh.sqlite3"), listed)]
    assert {"visitor me", "below 50", "disagreeing", "label 1"} <= {name for name, _ in kept}
    assert store.get(records[0].id) == replace(records[0], inputs=b"")


def upgrade_to(connection: sqlite3.Connection, step: int) -> None:
    connection.isolation_level = None
    connection.row_factory = sqlite3.Row
    upgrade(connection, MIGRATIONS[:step])


def write_of_old(connection: sqlite3.Connection, record: Record, label: str) -> None:
    key = time_ordered(record.id)
    values = {"key": key, **rows.from_summary(record), **rows.from_drawing(record)}
    del values["inputs"]
    marks = ", ".join("?" * len(values))
    statement = f"INSERT INTO recognitions ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
    connection.execute(statement, tuple(values.values()))
    for digit in {found.digit for found in record.digits}:
        connection.execute("INSERT INTO recognitions_by_digit VALUES (?, ?)", (digit, key))
    connection.execute("INSERT INTO labels VALUES (?, ?, 'anna', 1000000000000000)", (key, label))


def raw(path: Path, query: str, *values: object) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(query, values).fetchall()


def test_a_file_at_its_size_limit_can_be_upgraded(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        upgrade_to(connection, 2)
        for _ in range(40):
            write_of_old(connection, a_record(), "7")
    connection.close()
    full = SQLiteStore(path, max_bytes=path.stat().st_size)
    assert len(full.newest(limit=99, list_filter=ListFilter("label", "7"))) == 40
    full.delete(full.newest(limit=1)[0])
    assert len(full.newest(limit=99)) == 39


def test_a_day_with_more_records_than_a_transaction_is_purged(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "REMOVED_AT_ONCE", 2)
    store, moment = SQLiteStore(path), datetime(2026, 2, 28, 12, tzinfo=UTC)
    for _ in range(5):
        store.add(made_at(moment))
    store.purge(moment.date())
    assert ids(store) == []


@pytest.mark.parametrize(("limit", "left"), [(100_000, [4, 3, 2, 1]), (250_000, [3, 1]), (10**7, [])])
def test_others_write_between_the_transactions_of_a_purge(
    path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, left: list[int]
) -> None:
    """It pauses as long as each transaction took, here a second."""
    store, moment = SQLiteStore(path), datetime(2026, 2, 28, 12, tzinfo=UTC)
    drawing = Drawing(content=os.urandom(90_000), media_type="image/png")
    for _ in range(5):
        store.add(replace(made_at(moment), drawing=drawing))
    clock_s, day = itertools.count(), ListFilter(day=moment.date())
    found: list[int] = []

    def sleep(duration_s: float) -> None:
        SQLiteStore(path, busy_timeout_s=0).add(a_record())
        found.append(len(store.newest(limit=9, list_filter=day)))
        assert duration_s == 1

    stopped = SimpleNamespace(time_ns=time.time_ns, monotonic=lambda: next(clock_s), sleep=sleep)
    monkeypatch.setattr(store_module, "time", stopped)
    monkeypatch.setattr(store_module, "REMOVED_BYTES_AT_ONCE", limit)
    store.purge(moment.date())
    assert found == left
    assert len(ids(store)) == len(left)


def test_the_second_of_two_labels_in_one_microsecond_counts(path: Path) -> None:
    store, record = SQLiteStore(path), a_record()
    store.add(record)
    for text in ("1", "7"):
        store.put_label(Label(record_id=record.id, text=text, given_by="anna", given_at_us=10**15))
    held = store.label(record.id)
    assert held is not None
    assert held.text == "7"


def someone_writes(path: Path) -> sqlite3.Connection:
    """A connection that is writing to a file without a log: SQLite then refuses to switch at once."""
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    return writer


def test_a_file_that_cannot_switch_to_its_log_yet_is_retried(path: Path) -> None:
    writer = someone_writes(path)
    release = threading.Timer(0.1, writer.close)
    release.start()
    store = SQLiteStore(path, busy_timeout_s=30)
    store.add(kept := a_record())
    release.join()
    assert ids(store) == [kept.id]
    assert raw(path, "PRAGMA journal_mode")[0][0] == "wal"


def test_a_file_that_cannot_switch_to_its_log_is_unavailable(path: Path) -> None:
    with closing(someone_writes(path)), pytest.raises(StoreUnavailable, match="locked"):
        SQLiteStore(path, busy_timeout_s=0.05).add(a_record())


def test_an_interrupted_purge_leaves_no_counts(path: Path) -> None:
    store, record = SQLiteStore(path), a_record()
    day = record.created_at.date()
    store.add(record)
    store.put_statistics(day, "one", "{}")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TRIGGER cut BEFORE DELETE ON recognitions BEGIN SELECT RAISE(ABORT, 'cut'); END"
        )
    with pytest.raises(StoreUnavailable):
        store.purge(day)
    assert store.statistics(day, day) == []
    assert store.get(record.id) == record


def test_a_day_that_was_purged_can_come_and_keeps_its_drawings(path: Path) -> None:
    """As if the clock had been ahead."""
    store, purged = SQLiteStore(path), a_record()
    store.add(purged)
    store.purge(purged.created_at.date())
    store.add(record := a_record())
    waits = a_record()  # In an outbox.
    assert ids(store) == [record.id]
    assert store.deleted([purged.id, record.id, waits.id]) == {purged.id}


def test_a_drawing_on_a_day_that_was_purged_ahead_of_time_is_not_deleted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SQLiteStore(path)
    with monkeypatch.context() as ahead:
        ahead.setattr(store_module, "time", SimpleNamespace(time_ns=lambda: time.time_ns() + 10**16))
        store.purge(a_record().created_at.date())
    store.add(record := a_record())
    assert ids(store) == [record.id]
    assert store.deleted([record.id]) == set()


def test_purged_days_are_forgotten_with_the_backups(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, record = SQLiteStore(path, remember_days=30), made_at(datetime(2026, 2, 28, tzinfo=UTC))
    store.purge(record.created_at.date())
    later = SimpleNamespace(time_ns=lambda: time.time_ns() + 31 * 86_400 * 10**9)
    monkeypatch.setattr(store_module, "time", later)
    assert store.deleted([record.id]) == {record.id}
    store.delete(a_record())
    assert store.deleted([record.id]) == set()


def test_a_clock_that_is_ahead_forgets_few_deletions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, records = SQLiteStore(path, remember_days=30), [a_record() for _ in range(13)]
    for record in records:
        store.delete(record)
    later = SimpleNamespace(time_ns=lambda: time.time_ns() + 31 * 86_400 * 10**9)
    with monkeypatch.context() as ahead:
        ahead.setattr(store_module, "time", later)
        store.delete(last := a_record())
        assert store.deleted([*(record.id for record in records), last.id]) == {
            *(record.id for record in records[10:]),
            last.id,
        }
        store.delete(a_record())
        assert store.deleted([record.id for record in records]) == set()


def test_without_backups_nothing_is_remembered(path: Path) -> None:
    store, record = SQLiteStore(path, remember_days=0), a_record()
    old = made_at(datetime(2026, 2, 28, tzinfo=UTC))
    for each in (record, old):
        store.add(each)
    store.delete(record)
    store.purge(old.created_at.date())
    assert store.deleted([record.id, old.id]) == set()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM deletions").fetchall() == []


def test_a_deleted_record_is_not_added_again_for_as_long_as_backups_are_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, record, other = SQLiteStore(path, remember_days=30), a_record(), a_record()
    store.add(record)
    store.delete(record)
    SQLiteStore(path).add(record)
    store.add(other)
    assert ids(store) == [other.id]
    assert store.deleted([record.id, other.id]) == {record.id}
    later = SimpleNamespace(time_ns=lambda: time.time_ns() + 31 * 86_400 * 10**9)
    monkeypatch.setattr(store_module, "time", later)
    store.delete(other)
    assert store.deleted([record.id, other.id]) == {other.id}
    store.add(record)
    assert ids(store) == [record.id]
