"""An export, from a selection to the bytes of a file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from history.export import csv_table, idx_pair, numpy_archive, pictures, quick_draw
from history.export.archive import zipped
from history.export.files import File, joined
from history.export.selection import Chosen, Selection, chosen
from history.export.source import ExportCounts, ExportSource

Watch = Callable[[Iterable[Chosen]], Iterable[Chosen]]
"""Hands records through, and may show how many there were, or raise to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    files: Callable[[ExportSource], Iterator[File]]
    filename: str
    """Of what is streamed."""
    items: str
    """What it is a number of, for people."""
    media_type: str = "application/zip"
    is_folder: bool = False
    """Whether there are several files, which are streamed as one archive."""
    trains: bool = True
    """Whether it says what a drawing shows; else it has label and answer beside each other."""


FORMATS = {
    "idx": Format(files=idx_pair.files, filename="digits-idx.zip", items="digits", is_folder=True),
    "npz": Format(files=numpy_archive.files, filename=numpy_archive.NAME, items="digits"),
    "ndjson": Format(
        files=quick_draw.files, filename=quick_draw.NAME, items="drawings", media_type="application/x-ndjson"
    ),
    "csv": Format(
        files=csv_table.files,
        filename=csv_table.NAME,
        items="lines",
        media_type="text/csv; charset=utf-8",
        trains=False,
    ),
    "png": Format(files=pictures.files, filename="digits-png.zip", items="pictures", is_folder=True),
}


class Export:
    """One export, read once: as the bytes of one file, or as the files that it is made of.

    Nothing is read before the first of them is asked for. Reading raises StoreUnavailable.
    """

    def __init__(
        self, *, selection: Selection, form: Format, answers: bool = False, watch: Watch = lambda items: items
    ) -> None:
        """answers: whether the network's answer stands for a label that nobody has given."""
        self.form, self.counts = form, ExportCounts()
        self._source = ExportSource(chosen=watch(chosen(selection)), answers=answers, counts=self.counts)

    def files(self) -> Iterator[File]:
        """Each to be read to its end before the next is asked for."""
        return self.form.files(self._source)

    def stream(self) -> Iterator[bytes]:
        """One file, in bounded memory: an archive where there are several."""
        if self.form.is_folder:
            yield from joined(zipped(self.files()))
        else:
            for file in self.files():
                yield from file.chunks
