"""The records that an export reads, and their order."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from history.export import selection
from history.export.selection import Selection, selected
from history.filters import ListFilter
from history.stores import open_store, retry
from history.stores.base import StoreUnavailable
from history.stores.retry import retrying
from history.stores.sqlite.store import SQLiteStore
from tests.history.exported import give, ids, kept
from tests.history.interleaved import interleaved

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_records_are_exported_newest_first_with_their_labels() -> None:
    older, newer = kept(7, label="1"), kept(7)
    found = list(selected(Selection()))
    assert [each.record for each in found] == [newer, older]
    assert [each.label and each.label.text for each in found] == [None, "1"]


@pytest.mark.parametrize("page", range(1, 14))
def test_days_are_exported_completely_across_pages(monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    """Three records of each of four days: its first moment, its noon and its last moment."""
    monkeypatch.setattr(selection, "PAGE", page)
    day, hours = timedelta(days=1), (timedelta(), timedelta(hours=12), timedelta(days=1, microseconds=-1))
    records = [kept(at=NEW_YEAR + number * day + hour).id for number in range(-1, 3) for hour in hours]
    before, first, last, after = (records[start : start + 3][::-1] for start in range(0, 12, 3))
    from_first = Selection(first_day=date(2026, 1, 1))
    to_last = Selection(last_day=date(2026, 1, 2))
    both = Selection(first_day=date(2026, 1, 1), last_day=date(2026, 1, 2))
    assert ids(selected(Selection())) == after + last + first + before
    assert ids(selected(from_first)) == after + last + first
    assert ids(selected(to_last)) == last + first + before
    assert ids(selected(both)) == last + first
    assert ids(selected(Selection(first_day=date(2026, 1, 1), last_day=date(2026, 1, 1)))) == first
    assert ids(selected(Selection(first_day=date(2026, 2, 1)))) == []
    assert ids(selected(Selection(ids=tuple(records)))) == records


def test_days_far_from_any_record_are_valid() -> None:
    record = kept()
    assert ids(selected(Selection(first_day=date.min, last_day=date.max))) == [record.id]
    assert ids(selected(Selection(last_day=date(1500, 1, 1)))) == []
    assert ids(selected(Selection(first_day=date.max))) == []


def test_a_label_and_a_model_select() -> None:
    seven, none, other = kept(label="7"), kept(label=""), kept(label="7", model="lenet-other")
    kept()
    assert ids(selected(Selection(list_filter=ListFilter("label", "7")))) == [other.id, seven.id]
    assert ids(selected(Selection(list_filter=ListFilter("label", "")))) == [none.id]
    assert ids(selected(Selection(list_filter=ListFilter("label", "7"), model="lenet-other"))) == [other.id]
    assert ids(selected(Selection(list_filter=ListFilter("label", "9")))) == []


def test_a_record_changed_during_the_export_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "PAGE", 4)
    records = [kept(label="7") for _ in range(8)]
    reading = selected(Selection(list_filter=ListFilter("label", "7")))
    assert next(reading).record == records[7]
    open_store().delete(records[2])
    give(records[1], "1", given_at_us=10**15 + 1)
    left = ids(reading)
    assert left == [records[number].id for number in (6, 5, 4, 3, 0)]


def test_a_record_changed_after_its_page_was_listed_is_left_out(settings: Settings, tmp_path: Path) -> None:
    """A page is listed first, then its labels are read, and then its records."""
    store = interleaved(settings, SQLiteStore(tmp_path / "store.sqlite3"))
    gone, anew, late, stays = (kept(label="7") for _ in range(4))

    def meanwhile() -> None:
        give(anew, "1", given_at_us=10**15 + 1)
        store.delete(gone)

    store.before["labels"] = meanwhile
    store.after["labels"] = lambda: store.delete(late)
    (found,) = selected(Selection(list_filter=ListFilter("label", "7")))
    assert found.record == stays
    assert found.label is not None
    assert found.label.text == "7"


def test_listing_stops_at_the_page_where_the_first_day_begins(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export of the last day does not read years of history."""
    monkeypatch.setattr(selection, "PAGE", 2)
    store = interleaved(settings, SQLiteStore(tmp_path / "store.sqlite3"))
    *_, found = (kept(at=NEW_YEAR + timedelta(days=number)) for number in range(9))
    store.after["newest"] = lambda: store.before.update(newest=lambda: pytest.fail("It is read on."))
    assert ids(selected(Selection(first_day=date(2026, 1, 9)))) == [found.id]


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The length of each pause, without the pauses themselves, which would take seconds."""
    naps: list[float] = []
    monkeypatch.setattr(retry, "time", SimpleNamespace(sleep=naps.append))
    return naps


def failing(times: int) -> Callable[[], str]:
    """A request that succeeds after this number of failures."""
    answers = iter([StoreUnavailable("it does not answer")] * times)

    def ask() -> str:
        for error in answers:
            raise error
        return "it answers"

    return ask


@pytest.mark.parametrize("times", [0, 1, 5])
def test_a_store_that_does_not_answer_is_retried_five_times_a_second_apart(
    naps: list[float], times: int
) -> None:
    assert retrying(failing(times)) == "it answers"
    assert naps == [1] * times


def test_an_export_ends_after_six_attempts_without_an_answer(naps: list[float]) -> None:
    with pytest.raises(StoreUnavailable):
        retrying(failing(6))
    assert naps == [1] * 5


def test_no_more_than_a_page_is_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "PAGE", 5)
    records = [kept() for _ in range(30)]
    reading = selected(Selection())
    assert next(reading).record == records[-1]
    for record in records:
        open_store().delete(record)
    assert len(list(reading)) < 5
