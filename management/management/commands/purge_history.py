"""`manage.py purge_history --before DAY`: permanently delete what was drawn before a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from history.retention import first_day_kept, purge_before
from history.stores.base import StoreUnavailable
from management.arguments import a_past_day
from management.progress import bars


class Command(BaseCommand):
    help = (
        "Permanently delete everything that was drawn before a day: records, drawings, labels and their "
        "counts, in the store and in this host's outbox. Without --before, MNIST_SERVER_KEEP_DAYS decides."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--before", type=a_past_day, metavar="DAY", help="as 2026-01-31, in UTC; this day itself is kept"
        )
        parser.add_argument("--no-input", action="store_true", help="do not ask for confirmation")

    def handle(self, **options: Any) -> None:
        first_kept: date | None = options["before"]
        if first_kept is None:
            if not settings.HISTORY_KEEP_DAYS:
                raise CommandError("Give --before DAY, or set MNIST_SERVER_KEEP_DAYS.")
            first_kept = first_day_kept(settings.HISTORY_KEEP_DAYS)
        if not options["no_input"]:
            self.stdout.write(
                f"Everything that was drawn before {first_kept} (UTC) will be permanently deleted."
            )
            try:
                answer = input("Type yes to delete it: ")
            except EOFError as error:
                raise CommandError(
                    "No confirmation was given. Use --no-input to delete without it."
                ) from error
            if answer.strip().lower() != "yes":
                raise CommandError("Nothing was deleted.")
        try:
            gone = list(bars(purge_before(first_kept), total=None, description="Deleting days"))
        except StoreUnavailable as error:
            raise CommandError(f"{error}. Run this again to go on.") from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. Run this again to go on.", returncode=130) from error
        if not gone:
            self.stdout.write(f"Nothing was drawn before {first_kept}.")
            return
        days = sorted(set(gone))
        self.stdout.write(f"{len(days)} days were deleted, {days[0]} to {days[-1]}.")
