"""`manage.py drain_outbox`: deliver the records in this host's outbox to the history's store."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from history.stores import open_store
from history.stores.base import StoreUnavailable
from history.stores.drainer import Drainer
from history.stores.outbox import open_outbox
from management.progress import bars


class Command(BaseCommand):
    help = "Deliver the records in this host's outbox. The site does so by itself; this shows why they wait."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--show", action="store_true", help="show how many records wait, and deliver none"
        )

    def handle(self, **options: Any) -> None:
        outbox = open_outbox()
        if outbox is None:
            raise CommandError("There is no outbox: this site's history is in its embedded store.")
        try:
            backlog = outbox.backlog()
            age = f", the oldest for {backlog.oldest_age_s:.0f} s" if backlog.oldest_age_s is not None else ""
            self.stdout.write(f"{backlog.depth} records wait{age}.")
            if options["show"] or not backlog.depth:
                return
            drainer = Drainer(outbox, open_store())
            deliveries = bars(drainer.deliveries(), total=backlog.depth, description="Delivering")
            delivered = sum(1 for _ in deliveries)
        except StoreUnavailable as error:
            raise CommandError(
                f"{error}. The waiting records are safe, and can be delivered later."
            ) from error
        self.stdout.write(f"{delivered} delivered.")
        if drainer.dropped:
            self.stdout.write(f"{drainer.dropped} dropped, because they had been deleted from the history.")
        for record_id, problem in drainer.problems.items():
            self.stderr.write(f"{record_id} stays: {problem}")
        if drainer.problems:
            raise CommandError(
                f"{len(drainer.problems)} records could not be delivered; they stay in the outbox."
            )
        if not delivered and not drainer.dropped:
            self.stdout.write("The site itself is delivering them, or has delivered them meanwhile.")
