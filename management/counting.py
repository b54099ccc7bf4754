"""Days of the history counted anew, from the records themselves."""

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
