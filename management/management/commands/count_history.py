"""`manage.py count_history`: count the dashboard's figures again, from the records themselves."""

import secrets
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from history.filters import ListFilter
from history.ids import FIRST_DAY, day_of, days_between
from history.statistics.counts import Counts
from history.statistics.metrics import counts_of, counts_of_label
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox import open_outbox
from management.arguments import a_day
from management.progress import bars

PAGE = 500
AT_LEAST = timedelta(days=90)
"""Days this far back are always counted: one whose records were all deleted may still have a count."""


class Command(BaseCommand):
    help = (
        "Count the days before today again, from the records, and correct the dashboard's figures: for a "
        "history that is older than the dashboard, or after a crash."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=a_day, metavar="YYYY-MM-DD", help="the first day")

    def handle(self, **options: Any) -> None:
        since = options["since"]
        try:
            outbox = open_outbox()
            if outbox and outbox.backlog().depth:  # They have been counted, but are not in the store yet.
                raise CommandError("Records wait in this host's outbox: run drain_outbox first.")
            if since and since < FIRST_DAY:
                raise CommandError(f"--since {since} is before {FIRST_DAY}, the first possible day.")
            store = open_store()
            days = days_to_count(store, today=datetime.now(UTC).date(), since=since)
            counted = list(bars(corrections(store, days), total=len(days), description="Counting"))
        except StoreUnavailable as error:
            raise CommandError(f"{error}. Counted days are kept; run this again for the rest.") from error
        except KeyboardInterrupt as error:
            message = "Stopped. Counted days are kept; --since goes on with the rest."
            raise CommandError(message, returncode=130) from error
        corrected = [day.isoformat() for day, was_wrong in counted if was_wrong]
        self.stdout.write(f"{len(counted)} days counted, {len(corrected)} corrected.")
        for day in corrected:
            self.stdout.write(day)


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
    total = Counts()
    for page in store.pages(size=PAGE, list_filter=ListFilter(day=day)):
        labels = store.labels([summary.id for summary in page])
        counts = [counts_of(summary) for summary in page]
        counts += [counts_of_label(each, labels[each.id].text) for each in page if each.id in labels]
        total += Counts.total(counts)
    return total
