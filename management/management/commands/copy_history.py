"""`manage.py copy_history --from embedded --to cassandra`: move the history to another store, or back."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from management.copying import Copy, DifferentContent
from management.progress import bars


class Command(BaseCommand):
    help = (
        "Copy every record and label from one store to another, and compare both record by record. "
        "Nothing is removed from the first. After a stop, run this again to go on. "
        "With the same store on both sides, each record is written into its lists again."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = ("embedded", "cassandra")
        parser.add_argument("--from", choices=names, required=True, dest="source")
        parser.add_argument("--to", choices=names, required=True, dest="target")
        parser.add_argument(
            "--restart", action="store_true", help="begin again, instead of going on after an earlier run"
        )

    def handle(self, **options: Any) -> None:
        source, target = options["source"], options["target"]
        memory = settings.STATE_DIR / f"copy-{source}-{target}.json"
        try:
            copy = Copy(_opened(source), _opened(target), memory=memory)
            if options["restart"]:
                copy.restart()
            position = copy.position
            if position.copied:
                self.stdout.write(
                    f"Going on: {position.copied} copied and {position.compared} compared before."
                )
            _exhaust(bars(copy.copies(), total=None, description="Copying"))
            left = position.copied - position.compared
            _exhaust(bars(copy.comparisons(), total=left, description="Comparing"))
        except StoreUnavailable as error:
            raise CommandError(f"{error}. Run this again to go on.") from error
        except DifferentContent as error:
            raise CommandError(f"{error}. Run this again to copy and compare anew.") from error
        except KeyboardInterrupt as error:
            message = "Stopped. What has been copied is kept: run this again to go on."
            raise CommandError(message, returncode=130) from error
        self.stdout.write(
            f"{position.copied} records copied; both stores agree in each of {position.compared}."
        )
        self.stdout.write(f"SHA-256 of them all: {position.source_digest}")


def _opened(name: str) -> HistoryStore:
    if name not in settings.HISTORY_STORES:
        raise CommandError(f"MNIST_SERVER_DB_ADDRESS is not set: there is no store called {name}.")
    return open_store(name)


def _exhaust(items: Iterable[object]) -> None:
    for _ in items:
        pass
