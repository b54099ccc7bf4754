"""Which records an export reads, and in which order."""

from datetime import UTC, date, datetime, timedelta

import pytest

from history.export import selection
from history.export.selection import Selection, chosen
from history.lists import Wanted
from history.stores import open_store
from tests.history.exported import give, ids, kept

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_everything_is_read_the_newest_first_with_its_label() -> None:
    older, newer = kept(7, label="1"), kept(7)
    found = list(chosen(Selection()))
    assert [each.record for each in found] == [newer, older]
    assert [each.label and each.label.text for each in found] == [None, "1"]


@pytest.mark.parametrize("page", [1, 2, 3, 64])
def test_days_are_read_from_their_first_moment_to_their_last(
    monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(selection, "PAGE", page)
    day, moment = timedelta(days=1), timedelta(microseconds=1)
    edges = (NEW_YEAR - moment, NEW_YEAR, NEW_YEAR + 2 * day - moment, NEW_YEAR + 2 * day)
    before, first, last, after = (kept(at=at).id for at in edges)
    from_first = Selection(first_day=date(2026, 1, 1))
    to_last = Selection(last_day=date(2026, 1, 2))
    both = Selection(first_day=date(2026, 1, 1), last_day=date(2026, 1, 2))
    assert ids(chosen(from_first)) == [after, last, first]
    assert ids(chosen(to_last)) == [last, first, before]
    assert ids(chosen(both)) == [last, first]
    assert ids(chosen(Selection(first_day=date(2026, 2, 1)))) == []


def test_days_long_before_and_after_any_record_may_be_named() -> None:
    record = kept()
    assert ids(chosen(Selection(first_day=date.min, last_day=date.max))) == [record.id]
    assert ids(chosen(Selection(last_day=date(1500, 1, 1)))) == []
    assert ids(chosen(Selection(first_day=date.max))) == []


def test_a_label_and_a_model_select() -> None:
    seven, none, other = kept(label="7"), kept(label=""), kept(label="7", model="lenet-other")
    kept()
    assert ids(chosen(Selection(wanted=Wanted(label="7")))) == [other.id, seven.id]
    assert ids(chosen(Selection(wanted=Wanted(label="")))) == [none.id]
    assert ids(chosen(Selection(wanted=Wanted(label="7"), model="lenet-other"))) == [other.id]
    assert ids(chosen(Selection(wanted=Wanted(label="9")))) == []


def test_what_is_deleted_or_labelled_anew_meanwhile_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "PAGE", 4)
    records = [kept(label="7") for _ in range(8)]
    reading = chosen(Selection(wanted=Wanted(label="7")))
    assert next(reading).record == records[7]
    open_store().delete(records[2])
    give(records[1], "1", given_at_us=10**15 + 1)
    left = ids(reading)
    assert left == [records[number].id for number in (6, 5, 4, 3, 0)]


def test_no_more_than_a_page_is_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "PAGE", 5)
    records = [kept() for _ in range(30)]
    reading = chosen(Selection())
    assert next(reading).record == records[-1]
    for record in records:
        open_store().delete(record)
    assert len(list(reading)) < 5
