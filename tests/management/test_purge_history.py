"""`manage.py purge_history`, as an operator runs it."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from history.records import Record
from history.stores import open_store
from tests.history.audit_list import entries
from tests.history.records import made_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def records() -> list[Record]:
    """Of ten days ago, of nine, and of today."""
    made = [made_at(datetime.now(UTC) - timedelta(days=days)) for days in (10, 9, 0)]
    for record in made:
        open_store().add(record)
    return made


def purge(*arguments: str) -> str:
    said = io.StringIO()
    call_command("purge_history", *arguments, stdout=said)
    return said.getvalue()


def left() -> int:
    return len(open_store().newest(limit=99))


def test_what_was_drawn_before_a_day_is_deleted(records: list[Record]) -> None:
    day = records[1].created_at.date()
    said = purge(f"--before={day}", "--no-input")
    assert said == f"1 days were deleted, {records[0].created_at.date()} to {records[0].created_at.date()}.\n"
    assert left() == 2
    assert "Nothing was drawn before" in purge(f"--before={day}", "--no-input")
    assert entries() == ["purge_history purged 1 drawings (completed)"]


def test_the_setting_says_which_where_nothing_else_does(records: list[Record], settings: Settings) -> None:
    settings.HISTORY_KEEP_DAYS = 5
    for _ in range(17):
        open_store().add(made_at(datetime.now(UTC)))
    assert purge("--no-input").startswith("2 days were deleted")
    assert left() == 18


def test_what_a_wrong_clock_would_delete_is_deleted_only_by_force(
    records: list[Record], settings: Settings
) -> None:
    settings.HISTORY_KEEP_DAYS = 5
    with pytest.raises(CommandError, match=r"2 drawings of 2 days .* more than one in 10\. .* use --force"):
        purge("--no-input")
    assert left() == 3
    assert purge("--no-input", "--force").startswith("2 days were deleted")
    assert left() == 1


def test_a_dry_run_counts_and_deletes_nothing(records: list[Record], settings: Settings) -> None:
    settings.HISTORY_KEEP_DAYS = 5
    days = f"{records[0].created_at.date()} to {records[1].created_at.date()}"
    counts = f"2 drawings of 2 days, {days}, would be deleted, and 1 kept.\n"
    said = purge("--dry-run")
    assert said.startswith(f"{counts}Without --force nothing would be deleted: ")
    assert purge("--dry-run", f"--before={records[2].created_at.date()}") == counts
    assert "Nothing was drawn before" in purge("--dry-run", "--before=2020-01-01")
    assert left() == 3
    assert entries() == []


def test_without_either_nothing_is_deleted(records: list[Record]) -> None:
    with pytest.raises(CommandError, match="MNIST_SERVER_KEEP_DAYS"):
        purge("--no-input")
    assert left() == 3


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "2999-01-01"])
def test_a_day_that_is_none_or_to_come_is_refused(records: list[Record], day: str) -> None:
    with pytest.raises(CommandError, match=day):
        purge(f"--before={day}", "--no-input")
    assert left() == 3


@pytest.mark.parametrize(("answer", "expected"), [("yes", 1), ("no", 3), ("", 3)])
def test_it_asks_first(
    records: list[Record], answer: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    before = f"--before={records[-1].created_at.date()}"
    if expected == 3:
        with pytest.raises(CommandError, match="Nothing was deleted"):
            purge(before)
    else:
        purge(before)
    assert left() == expected


def test_where_nobody_answers_nothing_is_deleted(
    records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="--no-input"):
        purge(f"--before={records[-1].created_at.date()}")
    assert left() == 3


@pytest.mark.usefixtures("failing_history")
def test_a_store_that_does_not_answer_is_named() -> None:
    with pytest.raises(CommandError, match="Run this again"):
        purge("--before=2026-02-28", "--no-input")
