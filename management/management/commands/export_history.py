"""`manage.py export_history OUT --format idx`: the history as files that other tools read."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from history.export.export import Export, ExportCounts
from history.export.formats import FORMATS
from history.export.selection import Selection
from history.filters import EVERYTHING, ListFilter
from history.stores.base import StoreUnavailable
from management.arguments import a_day
from management.exporting import ExportError, Written, is_folder, require_room, skipped, write
from management.progress import Stopped, bars, signals_noted, until_stopped
from mnistsite.types import NON_DIGIT_NAME


class Command(BaseCommand):
    help = (
        "Export the history, or what is selected of it: as IDX like MNIST's own files, NumPy's npz, Quick, "
        "Draw!'s NDJSON, CSV, or pictures in folders by label. Nothing is removed from the history."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "out",
            type=Path,
            metavar="OUT",
            help="file to write, or for idx and png the folder; one called .zip becomes an archive of it",
        )
        parser.add_argument("--format", choices=FORMATS, required=True, dest="form")
        parser.add_argument(
            "--from", type=a_day, metavar="DAY", dest="first_day", help="as 2026-01-31, in UTC"
        )
        parser.add_argument("--to", type=a_day, metavar="DAY", dest="last_day", help="the last day, included")
        parser.add_argument("--label", type=_label, help="only what has this label: digits, or none")
        parser.add_argument("--model", help="only what was read by this version of the parameters")
        parser.add_argument(
            "--answers",
            action="store_true",
            help="use the network's own answer for drawings without a label. A network that is trained on "
            "these learns its own mistakes: check them before you train on them",
        )
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, **options: Any) -> None:
        try:
            with signals_noted():
                self._export(options)
        except Stopped as stopped:
            raise CommandError(f"{stopped} Nothing was written.", returncode=stopped.exit_status) from stopped
        except ExportError as error:
            raise CommandError(str(error)) from error
        except (StoreUnavailable, OSError) as error:
            raise CommandError(f"{error}. Nothing was written.") from error

    def _export(self, options: dict[str, Any]) -> None:
        form, out = FORMATS[options["form"]], options["out"]
        if options["answers"] and not form.trains:
            raise CommandError("--answers is for training formats: this one has every answer anyway.")
        export = Export(
            selection=_selection(options),
            form=form,
            answers=options["answers"],
            watch=lambda records: until_stopped(bars(records, total=None, description="Exporting")),
        )
        require_room(export, out, force=options["force"])
        written = write(export, out, watch=until_stopped)
        self._report(export, out, written)

    def _report(self, export: Export, out: Path, written: Written) -> None:
        counts: ExportCounts = export.counts
        self.stdout.write(
            f"{counts.records} records read, {counts.written} {export.form.items} written to {out}."
        )
        for line in skipped(export):
            self.stdout.write(f"Left out: {line}.")
        if is_folder(export, out):
            digest = f"SHA-256 of the {written.files} files' digests: {written.digests.hexdigest()}"
        else:
            digest = f"SHA-256: {written.last_digest}"
        self.stdout.write(f"{written.size_bytes} bytes. {digest}")


def _selection(options: dict[str, Any]) -> Selection:
    first, last = options["first_day"], options["last_day"]
    if first and last and first > last:
        raise CommandError(f"--from {first} is after --to {last}.")
    label, model = options["label"], options["model"]
    list_filter = EVERYTHING
    if label is not None:
        list_filter = ListFilter("label", label)
    elif model is not None:
        list_filter = ListFilter("model", model)
    return Selection(first_day=first, last_day=last, list_filter=list_filter, model=model)


def _label(text: str) -> str:
    """A label from the command line, as the history has it."""
    if text != NON_DIGIT_NAME and not re.fullmatch("[0-9]{1,40}", text):
        raise ArgumentTypeError(
            f"the label {text!r} is unknown: give digits, or {NON_DIGIT_NAME} for a non-digit"
        )
    return "" if text == NON_DIGIT_NAME else text
