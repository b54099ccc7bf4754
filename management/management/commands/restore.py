"""`manage.py restore FILE`: put a backup back into the state folder of a stopped site."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from management.backup import SECRET_KEY, BackupError, UnfinishedRestore, restore


class Command(BaseCommand):
    help = (
        "Put a backup into the state folder. Stop the site first. Drawings that were deleted since the "
        "backup, as the current history remembers, are left out."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` has written")
        parser.add_argument(
            "--force",
            action="store_true",
            help="replace a history, an outbox, users or an audit list; they are put aside",
        )

    def handle(self, **options: Any) -> None:
        connections.close_all()
        try:
            manifest, left_out, aside = restore(
                options["file"].absolute(), settings.STATE_DIR, force=options["force"]
            )
        except (BackupError, OSError) as error:
            raise CommandError(f"Nothing was restored: {error}.") from error
        except UnfinishedRestore as error:
            raise CommandError(f"The restore failed, and could not be undone: {error}.") from error
        self.stdout.write(f"The backup of {manifest['made_at']} is restored: {', '.join(manifest['files'])}.")
        if left_out is None:
            self.stdout.write("The deletions since are unknown: the history that was there could not tell.")
        elif left_out:
            self.stdout.write(f"{left_out} drawings that have been deleted since were left out.")
        if aside and [path.name for path in aside.iterdir()] == [SECRET_KEY]:
            # `manage.py` itself makes a secret key in a new folder.
            self.stdout.write(f"The folder had only a secret key before, which is now in {aside}.")
        elif aside:
            self.stdout.write(f"The files that were there before are in {aside}; delete it when all is well.")
