"""Counting days of the history again, from the records themselves."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from history.filters import ListFilter
from history.ids import day_of, days_between
from history.records import Summary
from history.statistics.counts import Counts
from history.statistics.metrics import counts_of, counts_of_label
from history.stores.base import HistoryStore

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
    """Count days and correct their statistics; yield each day, and whether its counts were wrong.

    The rows of a day stay, because running processes may still add to theirs. The difference is added as
    the row of one more source.
    """
    for day in days:
        known = Counts.total(Counts.from_json(content) for _, _, content in store.statistics(day, day))
        missing = count(store, day) - known
        if missing != Counts():
            store.put_statistics(day, f"correction {secrets.token_hex(8)}", missing.to_json())
        yield day, missing != Counts()


def count(store: HistoryStore, day: date) -> Counts:
    """One day's counts, from its records and labels."""
    pages = store.pages(size=PAGE, list_filter=ListFilter(day=day))
    return Counts.total(counts for page in pages for counts in _of_page(store, page))


def _of_page(store: HistoryStore, page: list[Summary]) -> Iterator[Counts]:
    labels = store.labels([summary.id for summary in page])
    for summary in page:
        yield counts_of(summary)
        if label := labels.get(summary.id):
            yield counts_of_label(summary, label.text)
