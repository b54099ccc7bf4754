"""`manage.py backup FILE`: copy the state folder into one file, while the site runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from management.backup import BackupError, back_up


class Command(BaseCommand):
    help = (
        "Copy the history, the outbox, users and sessions and the secret key into one new file, while the "
        "site runs. The copy is verified. It contains the secret key, so keep it as safe as the state folder."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the new file")

    def handle(self, **options: Any) -> None:
        file: Path = options["file"].absolute()
        try:
            counts = back_up(settings.STATE_DIR, file)
        except (BackupError, OSError) as error:
            raise CommandError(f"No backup was made: {error}.") from error
        for name, rows in counts.items():
            main = "recognitions" if "recognitions" in rows else "auth_user"
            what = "drawings" if main == "recognitions" else "users"
            self.stdout.write(f"{name}: {rows.get(main, 0)} {what}")
        if settings.HISTORY_STORE != "embedded":
            self.stdout.write("The history is in Cassandra: back it up with nodetool snapshot on each node.")
        self.stdout.write(f"Backup written to {file}: {file.stat().st_size} bytes.")
