"""`manage.py train_lenet`: train the network on MNIST and pen digits."""

from argparse import ArgumentParser
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from management.progress import Stopped, signals_noted
from management.training.artefacts import Artefacts
from management.training.errors import TrainingError
from management.training.hyperparameters import Hyperparameters
from management.training.run import TrainingRun


class Command(BaseCommand):
    help = "Train LeNet on MNIST, and write the parameters that the site serves and their card."
    requires_system_checks = ()  # Missing parameters, which one of them reports, are why this command runs.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, help="folder with MNIST's files (default: where fetch_mnist puts them)"
        )
        parser.add_argument(
            "--output", type=Path, help="the .params file to write (default: the one the site serves)"
        )
        parser.add_argument(
            "--drawings",
            type=Path,
            action="append",
            default=[],
            help="a file of labelled drawings, such as an exported history, to train on as well; repeatable",
        )
        parser.add_argument(
            "--rehearse",
            action="store_true",
            help="only do the holdout run: train without some writers, whose digits choose the thresholds "
            "and measure the network",
        )
        parser.add_argument(
            "--resume", action="store_true", help="go on from the checkpoint beside the output"
        )
        for field in fields(Hyperparameters):
            option = "--" + field.name.replace("_", "-")
            explanation = f"{field.metadata['help']} (default: %(default)s)"
            parser.add_argument(option, type=type(field.default), default=field.default, help=explanation)

    def handle(self, **options: Any) -> None:
        try:
            run = TrainingRun(
                data=options["data"] or settings.MNIST_DATA_DIR,
                own_drawings=options["drawings"],
                artefacts=Artefacts(options["output"] or settings.MNIST_PARAMETERS),
                hyperparameters=Hyperparameters(
                    **{field.name: options[field.name] for field in fields(Hyperparameters)}
                ),
                holdout_only=options["rehearse"],
                resume=options["resume"],
                report=self._say,
            )
            with signals_noted():
                card = run.run()
        except Stopped as stopped:
            raise CommandError(str(stopped), returncode=stopped.exit_status) from stopped
        except (TrainingError, OSError) as error:
            raise CommandError(str(error)) from error
        self._say(f"Saved {card.version}, SHA-256 {card.parameters.sha256}.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()  # A log file is read while the training lasts.
