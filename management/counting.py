"""Days of the history counted anew, from the records themselves."""

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
"""So far back days are counted in any case: one whose records are all deleted may have a count left."""


def days_to_count(store: HistoryStore, *, today: date, since: date | None = None) -> list[date]:
    """From the oldest record's day, or another, to yesterday: today is being counted by who serves."""
    if since is None:
        oldest = [day_of(summary.id) for summary in store.oldest(limit=1)]
        since = min([*oldest, today - AT_LEAST])
    return days_between(since, today - timedelta(days=1))


def corrections(store: HistoryStore, days: Iterable[date]) -> Iterator[tuple[date, bool]]:
    """Count days, make their tallies right, and give out each, and whether it had been wrong.

    What was counted stays, as processes that live may go on with it; what is missing in it, or too much, is
    added as one more source's.
    """
    for day in days:
        known = Counts.total(Counts.from_json(content) for _, _, content in store.statistics(day, day))
        missing = count(store, day) - known
        if missing != Counts():
            store.put_statistics(day, f"correction {secrets.token_hex(8)}", missing.to_json())
        yield day, missing != Counts()


def count(store: HistoryStore, day: date) -> Counts:
    """One day's tally, from its records and labels."""
    pages = store.pages(size=PAGE, list_filter=ListFilter(day=day))
    return Counts.total(tally for page in pages for tally in _of_page(store, page))


def _of_page(store: HistoryStore, page: list[Summary]) -> Iterator[Counts]:
    labels = store.labels([summary.id for summary in page])
    for summary in page:
        yield counts_of(summary)
        if label := labels.get(summary.id):
            yield counts_of_label(summary, label.text)
