"""The description of a format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from history.export.files import File
from history.export.source import ExportSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    title: str | Promise
    """Shown in the admin."""
    files: Callable[[ExportSource], Iterator[File]]
    filename: str
    """The name of the streamed file."""
    items: str
    """The noun for what the export counts, such as digits."""
    media_type: str = "application/zip"
    is_folder: bool = False
    """Whether the export consists of several files, which are streamed as one archive."""
    trains: bool = True
    """Whether it pairs each drawing with one label, as training needs; otherwise lists label and result."""
