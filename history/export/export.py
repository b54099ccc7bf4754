"""An export, from a selection to the bytes of a file."""

from collections.abc import Callable, Iterable, Iterator

from history.export.files import File, joined
from history.export.formats.base import Format
from history.export.selection import Chosen, Selection, chosen
from history.export.source import ExportCounts, ExportSource
from history.export.zip_stream import zipped

Watch = Callable[[Iterable[Chosen]], Iterable[Chosen]]
"""Passes records through; may count them, or raise to stop the export."""


class Export:
    """One export, to be read once: either as its files, or as the bytes of a single file.

    Reads records only as the caller consumes it. Reading raises StoreUnavailable.
    """

    def __init__(
        self, *, selection: Selection, form: Format, answers: bool = False, watch: Watch = lambda items: items
    ) -> None:
        """answers: use the result in place of a missing label."""
        self.form, self.counts = form, ExportCounts()
        self._source = ExportSource(chosen=watch(chosen(selection)), answers=answers, counts=self.counts)

    def files(self) -> Iterator[File]:
        """The files of the export. Read each to its end before you ask for the next one."""
        return self.form.files(self._source)

    def stream(self) -> Iterator[bytes]:
        """A single file, in bounded memory: an archive if the export has several files."""
        if self.form.is_folder:
            yield from joined(zipped(self.files()))
        else:
            for file in self.files():
                yield from file.chunks
