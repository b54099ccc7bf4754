"""The history moves from one store to another: all of it, again where it was stopped, and compared."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from history.filters import ListFilter
from history.ids import day_of
from history.records import Label, Record, Share
from history.stores import retry
from history.stores.base import HistoryStore, RecordNotFound, StoreUnavailable
from history.stores.cassandra.store import CassandraStore
from history.stores.deletions import record_sha256
from history.stores.sqlite.store import SQLiteStore
from management.management.commands import copy_history
from management.management.commands.copy_history import Copy, DifferentContent
from tests.cluster import TIMEOUT_S, empty
from tests.history.interleaved import Interleaved
from tests.history.records import a_record, made_at

COUNT = 150


@pytest.fixture
def filled(tmp_path: Path) -> SQLiteStore:
    """A store with records, every tenth of them labelled and no longer shared."""
    store = SQLiteStore(tmp_path / "source.sqlite3")
    for number in range(COUNT):
        record = a_record(visitor=f"visitor {number % 3}")
        store.add(record)
        if number % 10 == 0:
            store.put_label(Label(record_id=record.id, text="7", given_by="anna", given_at_us=10**15))
            store.put_share(Share(record_id=record.id, key="k" * 22, until_us=0, changed_at_us=10**15))
    return store


@pytest.fixture
def target(tmp_path: Path) -> SQLiteStore:
    return SQLiteStore(tmp_path / "target.sqlite3")


def run(copy: Copy) -> None:
    list(copy.copies())
    list(copy.comparisons())


def everything(store: HistoryStore) -> list[tuple[Record, Label | None, Share | None]]:
    ids = [found.id for found in store.newest(limit=10 * COUNT)]
    return [(store.get(each), store.label(each), store.share(each)) for each in ids]


def test_everything_goes_to_cassandra_and_back(
    filled: SQLiteStore, target: SQLiteStore, database: dict[str, Any], tmp_path: Path
) -> None:
    empty(database)
    between = CassandraStore(database, timeout_s=TIMEOUT_S)
    run(Copy(filled, between, memory=tmp_path / "there.json"))
    run(Copy(between, target, memory=tmp_path / "back.json"))
    between.close()
    assert len(everything(target)) == COUNT
    assert everything(target) == everything(filled)


def test_a_copy_goes_on_where_it_was_stopped(
    filled: SQLiteStore, target: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_history, "PAGE", 20)
    memory = tmp_path / "copy.json"
    stopped = Copy(filled, target, memory=memory).copies()
    for _ in range(70):
        next(stopped)
    stopped.close()
    assert len(target.newest(limit=COUNT)) == 80
    later = Copy(filled, target, memory=memory)
    assert later.position.copied == 60  # The page that was being told of is copied again.
    assert len(list(later.copies())) == COUNT - 60
    comparisons = later.comparisons()
    for _ in range(30):
        next(comparisons)
    comparisons.close()
    last = Copy(filled, target, memory=memory)
    assert list(last.copies()) == []
    assert len(list(last.comparisons())) == COUNT - 20
    assert everything(target) == everything(filled)
    assert not memory.exists()


def test_what_is_drawn_meanwhile_is_for_the_next_copy(
    filled: SQLiteStore, target: SQLiteStore, tmp_path: Path
) -> None:
    copy = Copy(filled, target, memory=tmp_path / "copy.json")
    later = a_record()
    filled.add(later)
    run(copy)
    assert len(target.newest(limit=2 * COUNT)) == COUNT
    run(Copy(filled, target, memory=tmp_path / "copy.json"))
    assert target.get(later.id) == later


def test_what_is_deleted_meanwhile_is_left_out(
    filled: SQLiteStore, target: SQLiteStore, tmp_path: Path
) -> None:
    source = Interleaved(filled)
    deleted = filled.newest(limit=1)[0]
    source.before["get"] = lambda: filled.delete(deleted)
    run(Copy(source, target, memory=tmp_path / "copy.json"))  # type: ignore[arg-type] # it is one but for its class
    assert everything(target) == everything(filled)
    assert len(everything(target)) == COUNT - 1


def break_record(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "UPDATE recognitions SET drawing = x'00' WHERE key = (SELECT max(key) FROM recognitions)"
        )


def lose_record(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM recognitions WHERE key = (SELECT max(key) FROM recognitions)")


def lose_label(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM labels WHERE key = (SELECT max(key) FROM labels)")


def lose_share(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM shares WHERE key = (SELECT max(key) FROM shares)")


@pytest.mark.parametrize("damage", [break_record, lose_record, lose_label, lose_share])
def test_a_difference_is_found(
    filled: SQLiteStore, target: SQLiteStore, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    copy = Copy(filled, target, memory=tmp_path / "copy.json")
    list(copy.copies())
    damage(tmp_path / "target.sqlite3")
    with pytest.raises(DifferentContent, match=f"1 of {COUNT} records"):
        list(copy.comparisons())


def test_a_store_that_stops_answering_stops_the_copy(
    filled: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "RETRIES", 0)
    silent = SQLiteStore(Path("/dev/null/nowhere"))
    copy = Copy(filled, silent, memory=tmp_path / "copy.json")
    with pytest.raises(StoreUnavailable):
        list(copy.copies())


def test_the_command_copies_and_says_so(
    settings: Settings, filled: SQLiteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    embedded = settings.HISTORY_STORES["embedded"]["BACKEND"]
    settings.STATE_DIR = tmp_path
    settings.HISTORY_STORES = {
        "embedded": {"BACKEND": embedded, "OPTIONS": {"path": tmp_path / "source.sqlite3"}},
        "cassandra": {"BACKEND": embedded, "OPTIONS": {"path": tmp_path / "target.sqlite3"}},
    }
    call_command("copy_history", "--from", "embedded", "--to", "cassandra")
    assert f"{COUNT} records copied; both stores agree in each of {COUNT}." in capsys.readouterr().out


def test_a_store_that_is_copied_onto_itself_has_each_record_in_its_lists_again(
    settings: Settings, filled: SQLiteStore, tmp_path: Path
) -> None:
    settings.HISTORY_STORES["embedded"]["OPTIONS"] = {"path": tmp_path / "source.sqlite3"}
    settings.STATE_DIR = tmp_path
    before = [filled.newest(limit=2 * COUNT, list_filter=list_filter) for list_filter in LISTS]
    with sqlite3.connect(tmp_path / "source.sqlite3") as connection:
        connection.execute("DELETE FROM recognitions_by_list")
    assert filled.newest(limit=1, list_filter=LISTS[0]) == []
    call_command("copy_history", "--from", "embedded", "--to", "embedded")
    assert [filled.newest(limit=2 * COUNT, list_filter=list_filter) for list_filter in LISTS] == before
    assert all(before)


LISTS = (
    ListFilter("visitor", "visitor 1"),
    ListFilter("digit", "7"),
    ListFilter("label", "7"),
    ListFilter("below", "95"),
)


def test_the_command_refuses_what_makes_no_sense(settings: Settings) -> None:
    with pytest.raises(CommandError, match="MNIST_SERVER_DB_ADDRESS"):
        call_command("copy_history", "--from", "embedded", "--to", "cassandra")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("copy_history", "--from", "embedded", "--to", "tape")


def test_an_empty_history_is_copied_too(tmp_path: Path, target: SQLiteStore) -> None:
    source = SQLiteStore(tmp_path / "empty.sqlite3")
    run(Copy(source, target, memory=tmp_path / "copy.json"))
    assert target.newest(limit=1) == []


def test_what_was_counted_goes_along(filled: SQLiteStore, target: SQLiteStore, tmp_path: Path) -> None:
    first = made_at(datetime(2025, 6, 1, tzinfo=UTC))
    filled.add(first)
    days = [day_of(first.id) + timedelta(days=number) for number in (0, 29, 30, 31, 75)]
    rows = [(day, source, "{}") for day in days for source in ("one", "two")]
    for row in rows:
        filled.put_statistics(*row)
    run(Copy(filled, target, memory=tmp_path / "copy.json"))
    assert target.statistics(days[0], days[-1]) == rows


def test_records_that_only_the_target_has_stay(
    filled: SQLiteStore, target: SQLiteStore, tmp_path: Path
) -> None:
    own = replace(a_record(), visitor="own")
    target.add(own)
    run(Copy(filled, target, memory=tmp_path / "copy.json"))
    assert target.get(own.id) == own


def test_a_copy_does_not_bring_back_days_that_the_target_has_purged(
    filled: SQLiteStore, target: SQLiteStore, tmp_path: Path
) -> None:
    day = datetime(2026, 2, 28, tzinfo=UTC)
    old, later = made_at(day), made_at(day + timedelta(days=1))
    for record in (old, later):
        filled.add(record)
    target.purge(day.date())
    run(Copy(filled, target, memory=tmp_path / "copy.json"))
    assert everything(target) == [each for each in everything(filled) if each[0] != old]
    assert len(everything(target)) == COUNT + 1


def test_a_copy_to_cassandra_does_not_bring_back_what_no_tombstone_covers(
    filled: SQLiteStore, database: dict[str, Any], tmp_path: Path
) -> None:
    empty(database)
    target, deleted = CassandraStore(database, timeout_s=TIMEOUT_S), filled.newest(limit=1)[0]
    target._remember(target._requests(), day_of(deleted.id), record_sha256(deleted.id), 1)
    copy = Copy(filled, target, memory=tmp_path / "copy.json")
    run(copy)
    assert copy.position.copied == copy.position.compared == COUNT - 1
    with pytest.raises(RecordNotFound):
        target.get(deleted.id)
    target.close()


def test_a_copy_does_not_bring_back_what_the_target_has_deleted(
    filled: SQLiteStore, target: SQLiteStore, tmp_path: Path
) -> None:
    run(Copy(filled, target, memory=tmp_path / "copy.json"))
    deleted = filled.newest(limit=2)
    for each in deleted:
        target.delete(each)
    run(Copy(filled, target, memory=tmp_path / "copy.json"))
    assert len(everything(target)) == COUNT - 2
    assert len(everything(filled)) == COUNT
