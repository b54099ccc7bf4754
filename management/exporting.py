"""Writing an export of the history as a file or a folder, either whole or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from history.export.export import Export
from history.export.formats.idx import IMAGES, LABELS
from management import atomic
from mnistsite.types import NON_DIGIT_NAME

ARCHIVE = ".zip"
EXPORTED = {IMAGES, LABELS, NON_DIGIT_NAME, *"0123456789"}
"""Names that a folder made by an export may hold."""

Chunks = Iterable[bytes]
Item = TypeVar("Item")


class ExportError(Exception):
    """Nothing was written. The message says why."""


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
    """Raise ExportError, before any work, where the export cannot be written.

    force: replace what is there, except a folder that holds anything besides an export.
    """
    if not out.parent.is_dir():
        raise ExportError(f"{out.parent} is not a folder.")
    if not (out.exists() or out.is_symlink()):
        return
    if not force:
        raise ExportError(f"{out} already exists: --force replaces it.")
    if out.is_dir() != is_folder(export, out):
        raise ExportError(f"{out} is {'a' if out.is_dir() else 'not a'} folder: it is not replaced.")
    if out.is_dir() and (others := {path.name for path in out.iterdir()} - EXPORTED):
        raise ExportError(f"{out} holds {min(others)}, which is not part of an export: it is not replaced.")


def write(export: Export, out: Path, *, watch: Callable[[Chunks], Chunks] = lambda chunks: chunks) -> Written:
    """Write an export. Raises ExportError where there is nothing to write, OSError and StoreUnavailable.

    watch: hands chunks through, and may raise to stop.
    """
    written = Written()
    if is_folder(export, out):
        files = _not_empty(export, export.files())
        atomic.replace_folder(
            out, ((file.name, watch(written.watched(file.name, file.chunks))) for file in files)
        )
    else:
        chunks = _not_empty(export, written.watched(out.name, export.stream()))
        atomic.replace({out: watch(chunks)})
    return written


def _not_empty(export: Export, items: Iterable[Item]) -> Iterator[Item]:
    """The same items. Raises ExportError after the last, before a file gets its name, if nothing is there."""
    yield from items
    if not export.counts.records:
        raise ExportError("Nothing was written: no record is selected.")
    if not export.counts.written:
        left_out = ", ".join(skipped(export))
        raise ExportError(f"Nothing was written: of {export.counts.records} records, {left_out}.")


def skipped(export: Export) -> list[str]:
    """How many records were left out, by the reason."""
    return [f"{count} {reason}" for reason, count in sorted(export.counts.skipped.items())]
