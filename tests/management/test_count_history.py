"""What the dashboard shows is counted again from the records."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from history.records import Label
from history.statistics.counts import Counts
from history.statistics.metrics import counts_of
from history.statistics.metrics.agreement import agreement
from history.statistics.metrics.digits import digits_read
from history.stores import open_store
from history.stores.base import HistoryStore
from history.stores.outbox import open_outbox
from management.management.commands import count_history
from management.management.commands.count_history import corrections, count, days_to_count
from tests.history.records import a_record, made_at

NOON = datetime(2026, 2, 28, 12, tzinfo=UTC)
DAY = NOON.date()
TODAY = date(2026, 3, 2)


@pytest.fixture
def store() -> HistoryStore:
    """A history of three days, from before anything was counted; every third record is labelled."""
    store = open_store()
    for number in range(15):
        record = made_at(NOON + timedelta(days=number % 3 - 1, seconds=number))
        store.add(record)
        if number % 3 == 1:
            label = "7" if number % 2 else "1"
            store.put_label(Label(record_id=record.id, text=label, given_by="anna", given_at_us=10**15))
    return store


def shown(store: HistoryStore, day: date) -> Counts:
    return Counts.total(Counts.from_json(content) for _, _, content in store.statistics(day, day))


def corrected(store: HistoryStore, *days: date) -> list[date]:
    return [day for day, was_wrong in corrections(store, days) if was_wrong]


def test_a_day_is_counted_page_by_page(store: HistoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_history, "PAGE", 2)
    counts = count(store, DAY)
    assert (counts.drawings, digits_read(counts)[7], counts.labels) == (5, 5, 5)
    assert agreement(counts) == 3 / 5
    assert count(store, DAY + timedelta(days=9)) == Counts()


def test_a_history_from_before_is_counted(store: HistoryStore) -> None:
    assert corrected(store, DAY) == [DAY]
    assert shown(store, DAY) == count(store, DAY)
    assert shown(store, DAY - timedelta(days=1)) == Counts()


def test_what_a_crash_lost_is_added_and_what_lives_goes_on(store: HistoryStore) -> None:
    known = Counts.total(counts_of(summary) for summary in store.newest(limit=2))
    store.put_statistics(DAY, "a process", known.to_json())
    assert corrected(store, DAY) == [DAY]
    store.put_statistics(DAY, "a process", (known + Counts({"drawings": 1})).to_json())
    assert shown(store, DAY) == count(store, DAY) + Counts({"drawings": 1})


def test_what_is_right_is_left_alone(store: HistoryStore) -> None:
    corrected(store, DAY)
    before = store.statistics(DAY, DAY)
    assert corrected(store, DAY) == []
    assert store.statistics(DAY, DAY) == before


def test_a_day_whose_records_are_gone_is_counted_down(store: HistoryStore) -> None:
    empty = DAY - timedelta(days=30)
    store.put_statistics(empty, "a process", counts_of(a_record()).to_json())
    assert empty in days_to_count(store, today=TODAY)
    assert corrected(store, empty) == [empty]
    assert shown(store, empty) == Counts()


def test_days_are_counted_from_the_oldest_record_to_yesterday(store: HistoryStore) -> None:
    days = days_to_count(store, today=TODAY + timedelta(days=200))
    assert (days[0], days[-1]) == (DAY - timedelta(days=1), TODAY + timedelta(days=199))
    assert days_to_count(store, today=TODAY, since=DAY) == [DAY, DAY + timedelta(days=1)]


def test_the_command_counts_and_says_so(store: HistoryStore, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("count_history", "--since", "2026-02-28")
    assert "days counted, 2 corrected.\n2026-02-28\n2026-03-01\n" in capsys.readouterr().out
    call_command("count_history")
    assert "1 corrected.\n2026-02-27\n" in capsys.readouterr().out


def test_what_waits_in_the_outbox_comes_first(
    store: HistoryStore, settings: Settings, tmp_path: Path
) -> None:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    open_outbox.cache_clear()
    outbox = open_outbox()
    assert outbox is not None
    outbox.add(a_record())
    with pytest.raises(CommandError, match="drain_outbox"):
        call_command("count_history")


def test_a_store_that_does_not_answer_is_said(failing_history: None) -> None:
    with pytest.raises(CommandError, match="run this again"):
        call_command("count_history")


def test_a_day_that_no_drawing_can_be_of_is_refused() -> None:
    with pytest.raises(CommandError, match="--since 1969-12-31 is before 1970-01-01"):
        call_command("count_history", since=date(1969, 12, 31))
