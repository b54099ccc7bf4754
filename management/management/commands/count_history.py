"""`manage.py count_history`: count the dashboard's figures again, from the records themselves."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from history.ids import FIRST_DAY
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox import open_outbox
from management.arguments import a_day
from management.counting import corrections, days_to_count
from management.progress import bars


class Command(BaseCommand):
    help = (
        "Count the days before today again, from the records, and correct the dashboard's figures: for a "
        "history that is older than the dashboard, or after a crash."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=a_day, metavar="YYYY-MM-DD", help="the first day")

    def handle(self, **options: Any) -> None:
        try:
            _require_empty_outbox()
            self._count(open_store(), options["since"])
        except StoreUnavailable as error:
            raise CommandError(f"{error}. Counted days are kept; run this again for the rest.") from error
        except KeyboardInterrupt as error:
            message = "Stopped. Counted days are kept; --since goes on with the rest."
            raise CommandError(message, returncode=130) from error

    def _count(self, store: HistoryStore, since: date | None) -> None:
        if since and since < FIRST_DAY:
            raise CommandError(f"--since {since} is before {FIRST_DAY}, the first possible day.")
        days = days_to_count(store, today=datetime.now(UTC).date(), since=since)
        counted = list(bars(corrections(store, days), total=len(days), description="Counting"))
        corrected = [day.isoformat() for day, was_wrong in counted if was_wrong]
        self.stdout.write(f"{len(counted)} days counted, {len(corrected)} corrected.")
        for day in corrected:
            self.stdout.write(day)


def _require_empty_outbox() -> None:
    """Records in the outbox have been counted, but are not in the store yet."""
    outbox = open_outbox()
    if outbox and outbox.backlog().depth:
        raise CommandError("Records wait in this host's outbox: run drain_outbox first.")
