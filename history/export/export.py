"""An export, from a selection to the bytes of a file."""

from collections.abc import Callable, Iterable, Iterator

from history.export.files import File, joined
from history.export.formats.base import Format
from history.export.selection import Chosen, Selection, chosen
from history.export.source import ExportCounts, ExportSource
from history.export.zip_stream import zipped

Watch = Callable[[Iterable[Chosen]], Iterable[Chosen]]
"""Hands records through, and may show how many there were, or raise to stop."""


class Export:
    """One export, read once: as the bytes of one file, or as the files that it is made of.

    Nothing is read before the first of them is asked for. Reading raises StoreUnavailable.
    """

    def __init__(
        self, *, selection: Selection, form: Format, answers: bool = False, watch: Watch = lambda items: items
    ) -> None:
        """answers: whether the result stands in for a missing label."""
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
