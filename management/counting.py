"""Counting days of the history again, from the records themselves."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from history.identifiers import day_of, days_between
from history.lists import Wanted
from history.records import Summary
from history.stores.base import HistoryStore
from history.tallies import Tally

PAGE = 500
AT_LEAST = timedelta(days=90)
"""Days this far back are always counted: one whose records were all deleted may still have a count."""


def days_to_count(store: HistoryStore, *, today: date, since: date | None = None) -> list[date]:
    """The days from the oldest record's, or from another, to yesterday: today is still being counted."""
    if since is None:
        oldest = [day_of(summary.id) for summary in store.oldest(limit=1)]
        since = min([*oldest, today - AT_LEAST])
    return days_between(since, today - timedelta(days=1))


def corrections(store: HistoryStore, days: Iterable[date]) -> Iterator[tuple[date, bool]]:
    """Count days and correct their tallies; yield each day, and whether its tally was wrong.

    The tallies of a day stay, because running processes may still add to theirs. The difference is added as
    the tally of one more source.
    """
    for day in days:
        known = Tally.total(Tally.from_json(content) for _, _, content in store.tallies(day, day))
        missing = count(store, day) - known
        if missing != Tally():
            store.put_tally(day, f"correction {secrets.token_hex(8)}", missing.to_json())
        yield day, missing != Tally()


def count(store: HistoryStore, day: date) -> Tally:
    """One day's tally, from its records and labels."""
    pages = store.pages(size=PAGE, wanted=Wanted(day=day))
    return Tally.total(tally for page in pages for tally in _of_page(store, page))


def _of_page(store: HistoryStore, page: list[Summary]) -> Iterator[Tally]:
    labels = store.labels([summary.id for summary in page])
    for summary in page:
        yield Tally.of(summary)
        if label := labels.get(summary.id):
            yield Tally.of_label(summary, label.text)
