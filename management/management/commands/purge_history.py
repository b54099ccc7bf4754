"""`manage.py purge_history --before DAY`: permanently delete what was drawn before a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from history.retention import Forecast, first_day_kept, forecast, purge_before
from history.stores.base import StoreUnavailable
from management.arguments import a_past_day
from management.progress import bars


class Command(BaseCommand):
    help = (
        "Permanently delete everything that was drawn before a day: records, drawings, labels and their "
        "counts, in the store and in this host's outbox. Without --before, MNIST_SERVER_KEEP_DAYS and the "
        "clock decide; if the clock may be wrong, nothing is deleted without --force."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--before", type=a_past_day, metavar="DAY", help="as 2026-01-31, in UTC; this day itself is kept"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only count what would be deleted, and what would be kept"
        )
        parser.add_argument(
            "--force", action="store_true", help="delete even if the clock may be wrong, as the message says"
        )
        parser.add_argument("--no-input", action="store_true", help="do not ask for confirmation")

    def handle(self, **options: Any) -> None:
        first_kept = options["before"] or _first_kept_by_the_clock()
        by_clock = options["before"] is None
        try:
            if options["dry_run"]:
                self._show(forecast(first_kept, exact=True), by_clock=by_clock)
                return
            if by_clock and not options["force"] and (objection := forecast(first_kept).objection):
                raise CommandError(f"Nothing was deleted: {objection}. If the clock is right, use --force.")
            if not options["no_input"]:
                self._confirm(first_kept)
            purging = purge_before(first_kept, task="purge_history")
            gone = list(bars(purging, total=None, description="Deleting days"))
        except StoreUnavailable as error:
            raise CommandError(f"{error}. Run this again to go on.") from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. Run this again to go on.", returncode=130) from error
        if not gone:
            self.stdout.write(f"Nothing was drawn before {first_kept}.")
            return
        days = sorted(set(gone))
        self.stdout.write(f"{len(days)} days were deleted, {days[0]} to {days[-1]}.")

    def _confirm(self, first_kept: date) -> None:
        self.stdout.write(f"Everything that was drawn before {first_kept} (UTC) will be permanently deleted.")
        try:
            answer = input("Type yes to delete it: ")
        except EOFError as error:
            raise CommandError("No confirmation was given. Use --no-input to delete without it.") from error
        if answer.strip().lower() != "yes":
            raise CommandError("Nothing was deleted.")

    def _show(self, expected: Forecast, *, by_clock: bool) -> None:
        if days := expected.days:
            self.stdout.write(
                f"{expected.deleted} drawings of {len(days)} days, {days[0]} to {days[-1]}, "
                f"would be deleted, and {expected.kept} kept."
            )
        else:
            self.stdout.write(f"Nothing was drawn before {expected.first_kept}.")
        if by_clock and expected.objection:
            self.stdout.write(f"Without --force nothing would be deleted: {expected.objection}.")


def _first_kept_by_the_clock() -> date:
    if not settings.HISTORY_KEEP_DAYS:
        raise CommandError("Give --before DAY, or set MNIST_SERVER_KEEP_DAYS.")
    return first_day_kept(settings.HISTORY_KEEP_DAYS)
