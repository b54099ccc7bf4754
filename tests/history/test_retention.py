"""Old drawings are deleted by whole days, and nothing else is deleted."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from history import retention
from history.background import retention_thread
from history.ids import day_of
from history.records import Label, Record
from history.retention import first_day_kept, forecast, purge_before
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox import open_outbox
from history.stores.process_lock import process_lock
from history.stores.sqlite.store import SQLiteStore
from tests.history.audit_list import entries
from tests.history.interleaved import interleaved
from tests.history.periodic import waits_of
from tests.history.records import made_at

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 1)
MOMENTS = {"first": time(), "noon": time(12), "last": time.max}
"""The times of that day at which the tests run."""


@pytest.fixture(autouse=True, params=MOMENTS.values(), ids=list(MOMENTS))
def _now(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops retention's clock: the real one may pass midnight during a test."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Stopped":
            assert tz is UTC
            return cls.combine(TODAY, request.param, tz)

    monkeypatch.setattr(retention, "datetime", Stopped)


def days_ago(count: int) -> Record:
    return made_at(datetime.combine(TODAY, time(12), UTC) - timedelta(days=count))


def keep(*records: Record) -> None:
    for record in records:
        open_store().add(record)
        open_store().put_label(Label(record_id=record.id, text="1", given_by="anna", given_at_us=10**15))


def kept(store: HistoryStore | None = None) -> list[UUID]:
    return [summary.id for summary in (store or open_store()).newest(limit=99)]


def test_days_before_another_are_deleted_the_oldest_first() -> None:
    old, older, oldest, fresh = days_ago(3), days_ago(4), days_ago(90), days_ago(2)
    keep(fresh, old, oldest, older)
    deleted = list(purge_before(day_of(fresh.id), task="a test"))
    assert deleted == [day_of(one.id) for one in (oldest, older, old)]
    assert kept() == [fresh.id]
    assert open_store().label(old.id) is None
    assert list(purge_before(day_of(fresh.id), task="a test")) == []


def test_a_drawing_kept_for_one_day_is_there_all_the_next_day() -> None:
    assert first_day_kept(1) == date(2026, 2, 28)


def test_an_interrupted_purge_resumes() -> None:
    keep(days_ago(9), days_ago(8), days_ago(1))
    purging = purge_before(TODAY - timedelta(days=5), task="a test")
    next(purging)
    assert entries() == ["a test purged 1 drawings (unfinished)"]
    del purging  # Which closes it.
    assert list(purge_before(TODAY - timedelta(days=5), task="a test")) == [TODAY - timedelta(days=8)]
    assert entries() == ["a test purged 1 drawings (stopped)", "a test purged 1 drawings (completed)"]


def test_a_site_deletes_old_drawings_and_only_those(tmp_path: Path) -> None:
    old = made_at(datetime(2026, 2, 21, 23, 59, 59, 999999, UTC))
    fresh = made_at(datetime(2026, 2, 22, tzinfo=UTC))
    keep(old, fresh)
    for _ in range(2):  # The second time there is nothing to delete.
        retention_thread(keep_days=7, lock=tmp_path / "lock").attempt()
        assert kept() == [fresh.id]
        assert entries() == ["retention purged 1 drawings (completed)"]


def test_only_one_process_of_a_host_deletes(tmp_path: Path) -> None:
    old = days_ago(8)
    keep(old)
    with process_lock(tmp_path / "lock") as is_held:
        assert is_held
        retention_thread(keep_days=7, lock=tmp_path / "lock").attempt()
    assert kept() == [old.id]


@pytest.fixture
def outbox(settings: Settings, tmp_path: Path) -> HistoryStore:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**8}
    open_outbox.cache_clear()
    opened = open_outbox()
    assert opened is not None
    return opened


def test_old_records_in_the_outbox_are_deleted_too(outbox: HistoryStore) -> None:
    old, fresh = days_ago(8), days_ago(1)
    outbox.add(old)
    outbox.add(fresh)
    assert list(purge_before(TODAY - timedelta(days=5), task="a test")) == [day_of(old.id)]
    assert kept(outbox) == [fresh.id]
    assert entries() == ["a test purged 1 drawings (completed)"]


@pytest.mark.usefixtures("failing_history")
def test_a_store_that_does_not_answer_is_reported_and_retried_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StoreUnavailable):
        list(purge_before(TODAY, task="a test"))
    retention_thread(keep_days=7, lock=tmp_path / "lock").attempt()
    assert "not deleted yet" in caplog.text


def test_a_day_that_cannot_be_deleted_is_not_retried_for_ever(settings: Settings, tmp_path: Path) -> None:
    store, old = interleaved(settings, SQLiteStore(tmp_path / "store.sqlite3")), days_ago(9)
    keep(old)
    store.after["purge"] = lambda: store.add(old)
    purged = purge_before(TODAY, task="a test")
    assert next(purged) == day_of(old.id)
    with pytest.raises(StoreUnavailable, match="are still there after their deletion"):
        next(purged)
    assert list(purge_before(TODAY, task="a test")) == [day_of(old.id)]


@pytest.mark.django_db(transaction=True)  # The thread has a connection of its own.
def test_a_site_checks_every_ten_minutes_and_survives_any_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    old, fresh = days_ago(8), days_ago(0)
    lock = tmp_path / "folder" / "lock"

    def meanwhile(number: int) -> None:
        if number == 2:
            lock.parent.mkdir()
            keep(old, fresh)

    thread = retention_thread(keep_days=7, lock=lock)
    assert waits_of(thread, monkeypatch, count=3, meanwhile=meanwhile) == [3600, 600, 600]
    assert kept() == [fresh.id]
    assert caplog.messages == [
        "Old drawings are not deleted yet",
        "Deleting the drawings before 2026-02-22, the oldest of 2026-02-21",
        "Deleted the drawings of 2026-02-21; the oldest day kept is 2026-02-22",
        "Deleted the drawings before 2026-02-22: all of 1 days",
    ]


def test_nothing_is_deleted_in_the_first_hour_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(old := days_ago(8), fresh := days_ago(0))
    thread = retention_thread(keep_days=7, lock=tmp_path / "lock")
    assert waits_of(thread, monkeypatch, count=1, meanwhile=lambda _: None) == [3600]
    assert kept() == [fresh.id, old.id]


def test_nothing_is_deleted_if_the_newest_drawing_would_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As with a clock that is 400 days ahead."""
    records = [days_ago(days) for days in (401, 400)]
    keep(*records)
    retention_thread(keep_days=90, lock=tmp_path / "lock").attempt()
    assert kept() == [each.id for each in records[::-1]]
    (said,) = caplog.messages
    assert said.startswith("Old drawings are not deleted yet: the newest drawing, of 2025-01-25, would be")
    assert "purge_history --force" in said


@pytest.mark.parametrize(("kept_count", "is_purged"), [(17, False), (18, True)])
def test_several_days_are_deleted_only_if_they_are_a_tenth_of_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kept_count: int, is_purged: bool
) -> None:
    old = [days_ago(8), days_ago(9)]
    keep(*old, *(days_ago(1) for _ in range(kept_count)))
    retention_thread(keep_days=7, lock=tmp_path / "lock").attempt()
    assert len(kept()) == kept_count + (0 if is_purged else 2)
    assert ("2 drawings of 2 days would be deleted at once" in caplog.text) is not is_purged


def test_one_day_may_be_more_than_a_tenth_of_all(tmp_path: Path) -> None:
    keep(days_ago(8), days_ago(8), fresh := days_ago(7))
    retention_thread(keep_days=7, lock=tmp_path / "lock").attempt()
    assert kept() == [fresh.id]


def test_a_forecast_counts_what_would_be_deleted_in_store_and_outbox(
    outbox: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PAGE", 2)
    keep(*(days_ago(days) for days in (9, 8, 8)), *(days_ago(1) for _ in range(50)))
    outbox.add(days_ago(12))
    found = forecast(TODAY - timedelta(days=5))
    assert found.days == tuple(TODAY - timedelta(days=days) for days in (12, 9, 8))
    assert (found.deleted, found.newest) == (4, TODAY - timedelta(days=1))
    assert 40 <= found.kept < 50
    assert forecast(TODAY - timedelta(days=5), exact=True).kept == 50


def test_a_record_of_today_is_never_too_old() -> None:
    record = days_ago(0)
    keep(record)
    assert list(purge_before(first_day_kept(0), task="a test")) == []
