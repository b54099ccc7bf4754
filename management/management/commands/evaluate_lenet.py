"""`manage.py evaluate_lenet`: measure how well parameters read labelled digits."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from management import atomic
from management.arguments import a_number, a_positive_number
from management.progress import Stopped, signals_noted
from management.training.artefacts import make_writable
from management.training.datasets import mnist
from management.training.errors import TrainingError
from management.training.evaluate import evaluate, read_evaluated_model
from management.training.report.text import report


class Command(BaseCommand):
    help = "Measure how well parameters read labelled digits, and plot the metrics."
    requires_system_checks = ()  # They check parameters, which this command measures.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "sources",
            nargs="*",
            type=Path,
            metavar="SOURCE",
            help="folder of pictures (FOLDER/LABEL/*.png or *.jpg, LABEL 0 to 9 or none), one of a pair of "
            "IDX files, or drawings in Quick, Draw!'s .ndjson, plain or .gz (default: MNIST's test set)",
        )
        parser.add_argument(
            "--parameters", type=Path, help="the .params file to measure (default: the one the site serves)"
        )
        parser.add_argument("--json", type=Path, help="file to write the metrics to, for programs")
        parser.add_argument("--pictures", type=Path, help="folder to write the plots to")
        parser.add_argument(
            "--threshold",
            type=a_number,
            help="score (log-sum-exp of the logits) below which an item is refused as a "
            "non-digit (default: the card's, or none)",
        )
        parser.add_argument(
            "--temperature",
            type=a_positive_number,
            help="divisor of the logits before they become probabilities (default: the card's, or 1)",
        )

    def handle(self, **options: Any) -> None:
        file, folder = options["json"], options["pictures"]
        threshold, temperature = options["threshold"], options["temperature"]
        files: dict[Path, bytes] = {}
        try:
            with signals_noted():
                if file and file.is_dir():
                    raise CommandError(f"{file} is a folder.")
                for place in filter(None, (file and file.parent, folder)):
                    make_writable(place)  # Or the figures would be lost after they are measured.
                model = read_evaluated_model(options["parameters"] or settings.MNIST_PARAMETERS)
                evaluation = evaluate(
                    model,
                    options["sources"] or [mnist.find(settings.MNIST_DATA_DIR, mnist.TEST.images)],
                    threshold=model.threshold if threshold is None else threshold,
                    temperature=model.temperature if temperature is None else temperature,
                )
                if folder:
                    files = {folder / name: content for name, content in evaluation.draw_plots().items()}
                if file:
                    files[file] = evaluation.as_json()
                atomic.replace(files)
        except Stopped as stopped:
            raise CommandError(f"{stopped} Nothing was written.", returncode=stopped.exit_status) from stopped
        except (TrainingError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{model.version}, SHA-256 {model.sha256}, from {model.path}")
        if model.note:
            self.stdout.write(f"No card: {model.note}")
        for each in evaluation.sets:
            self.stdout.write("\n".join(report(each.labelled.name, each.metrics)))
        for path in files:
            self.stdout.write(f"Written: {path}")
