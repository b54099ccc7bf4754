"""`manage.py export_history OUT --format idx`: the history as files that other tools read."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError

from history.audit import audited, save
from history.export.export import Export
from history.export.formats import FORMATS
from history.export.formats.idx import IMAGES, LABELS
from history.export.selection import Selection
from history.filters import EVERYTHING, ListFilter
from history.models import AuditEntry
from history.stores.base import StoreUnavailable
from management import atomic
from management.arguments import a_day, a_label
from management.progress import Stopped, bars, signals_noted, until_stopped
from mnistsite.types import NON_DIGIT_NAME

ARCHIVE = ".zip"
EXPORTED = {IMAGES, LABELS, NON_DIGIT_NAME, *"0123456789"}
"""Names that a folder made by an export may hold."""

Chunks = Iterable[bytes]
Item = TypeVar("Item")


class Command(BaseCommand):
    help = (
        "Export the history, or a part of it: as IDX like MNIST's own files, NumPy's npz, Quick, "
        "Draw!'s NDJSON, CSV, or pictures in folders by label. Nothing is removed from the history."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "out",
            type=Path,
            metavar="OUT",
            help="file to write, or folder for idx and png; a name that ends in .zip makes it an archive",
        )
        parser.add_argument("--format", choices=FORMATS, required=True, dest="form")
        parser.add_argument(
            "--from", type=a_day, metavar="DAY", dest="first_day", help="as 2026-01-31, in UTC"
        )
        parser.add_argument("--to", type=a_day, metavar="DAY", dest="last_day", help="the last day, included")
        parser.add_argument("--label", type=a_label, help="only drawings with this label: digits, or none")
        parser.add_argument("--model", help="only drawings that this version of the parameters has read")
        parser.add_argument(
            "--answers",
            action="store_true",
            help="use the network's own result for drawings without a label. A network that is trained on "
            "these learns its own mistakes: check them before you train on them",
        )
        parser.add_argument("--force", action="store_true", help="replace OUT if it exists")

    def handle(self, **options: Any) -> None:
        form, out = FORMATS[options["form"]], options["out"]
        first, last = options["first_day"], options["last_day"]
        label, model = options["label"], options["model"]
        if options["answers"] and not form.trains:
            raise CommandError("--answers is for training formats: this format always has the results.")
        if first and last and first > last:
            raise CommandError(f"--from {first} is after --to {last}.")
        list_filter = EVERYTHING
        if label is not None:
            list_filter = ListFilter("label", label)
        elif model is not None:
            list_filter = ListFilter("model", model)
        selection = Selection(first_day=first, last_day=last, list_filter=list_filter, model=model)
        try:
            with signals_noted():
                export = Export(
                    selection=selection,
                    form=form,
                    answers=options["answers"],
                    watch=lambda records: until_stopped(bars(records, total=None, description="Exporting")),
                )
                require_room(export, out, force=options["force"])
                with audited(AuditEntry.Action.EXPORTED, by="export_history") as entry:
                    save(entry)
                    written = write(export, out)
                    entry.drawings = export.counts.records
        except Stopped as stopped:
            raise CommandError(f"{stopped} Nothing was written.", returncode=stopped.exit_status) from stopped
        except (StoreUnavailable, OSError) as error:
            raise CommandError(f"{error}. Nothing was written.") from error
        counts = export.counts
        self.stdout.write(f"{counts.records} records read, {counts.written} {form.items} written to {out}.")
        for line in skipped(export):
            self.stdout.write(f"Left out: {line}.")
        if is_folder(export, out):
            digest = f"SHA-256 of the {written.files} files' digests: {written.digests.hexdigest()}"
        else:
            digest = f"SHA-256: {written.last_digest}"
        self.stdout.write(f"{written.size_bytes} bytes. {digest}")


@dataclass(slots=True)
class Written:
    files: int = 0
    size_bytes: int = 0
    digests: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    """Of the lines that `sha256sum` prints for the files, in the order in which they were written."""
    last_digest: str = ""
    """SHA-256 of the last file."""

    def watched(self, name: str, chunks: Chunks) -> Iterator[bytes]:
        """The same chunks, counted once they have been read."""
        digest = hashlib.sha256()
        for chunk in chunks:
            digest.update(chunk)
            self.size_bytes += len(chunk)
            yield chunk
        self.files, self.last_digest = self.files + 1, digest.hexdigest()
        self.digests.update(f"{self.last_digest}  {name}\n".encode())


def is_folder(export: Export, out: Path) -> bool:
    """Whether it becomes a folder, and not one file."""
    return export.form.is_folder and out.suffix != ARCHIVE


def require_room(export: Export, out: Path, *, force: bool) -> None:
    """Raise CommandError, before any work, if the export cannot be written.

    force: replace what is there, except a folder that holds anything besides an export.
    """
    if not out.parent.is_dir():
        raise CommandError(f"{out.parent} is not a folder.")
    if not (out.exists() or out.is_symlink()):
        return
    if not force:
        raise CommandError(f"{out} already exists: --force replaces it.")
    if out.is_dir() != is_folder(export, out):
        raise CommandError(f"{out} is {'a' if out.is_dir() else 'not a'} folder: it is not replaced.")
    if out.is_dir() and (others := {path.name for path in out.iterdir()} - EXPORTED):
        raise CommandError(f"{out} holds {min(others)}, which is not part of an export: it is not replaced.")


def write(export: Export, out: Path) -> Written:
    """Write an export, either whole or not at all.

    Raises CommandError if there is nothing to write, OSError, StoreUnavailable and Stopped.
    """
    written = Written()
    if is_folder(export, out):
        files = _not_empty(export, export.files())
        atomic.replace_folder(
            out, ((file.name, until_stopped(written.watched(file.name, file.chunks))) for file in files)
        )
    else:
        chunks = _not_empty(export, written.watched(out.name, export.stream()))
        atomic.replace({out: until_stopped(chunks)})
    return written


def _not_empty(export: Export, items: Iterable[Item]) -> Iterator[Item]:
    """The same items. Raises CommandError after the last, before a file gets its name, if there are none."""
    yield from items
    if not export.counts.records:
        raise CommandError("Nothing was written: no record is selected.")
    if not export.counts.written:
        left_out = ", ".join(skipped(export))
        raise CommandError(f"Nothing was written: of {export.counts.records} records, {left_out}.")


def skipped(export: Export) -> list[str]:
    """How many records were left out, by the reason."""
    return [f"{count} {reason}" for reason, count in sorted(export.counts.skipped.items())]
