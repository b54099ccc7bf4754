"""What each format has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from history.export.files import File
from history.export.source import ExportSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    title: str | Promise
    """For people to choose."""
    files: Callable[[ExportSource], Iterator[File]]
    filename: str
    """Of what is streamed."""
    items: str
    """What the export counts, for people."""
    media_type: str = "application/zip"
    is_folder: bool = False
    """Whether there are several files, which are streamed as one archive."""
    trains: bool = True
    """Whether it says what a drawing shows; else it has label and result beside each other."""
