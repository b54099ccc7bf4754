"""CSV for spreadsheets: one line per record, with result and label side by side."""

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import Any

from history.export.files import File, joined
from history.export.formats.base import Format
from history.export.source import ExportSource, writer_of
from history.records import Label, Record

NAME = "history.csv"

NON_DIGIT = "none"
"""The label of a non-digit; the field of an unlabelled record is empty."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


COLUMNS: dict[str, Callable[[Record, Label | None], Any]] = {
    "id": lambda record, _: str(record.id),
    "created_at": lambda record, _: record.created_at.isoformat(),
    "answer": lambda record, _: record.text,
    "accepted": lambda record, _: int(record.accepted),
    "probability": lambda record, _: record.probability,
    "score": lambda record, _: record.score,
    "label": lambda _, label: (label.text or NON_DIGIT) if label else "",
    "labelled_at": lambda _, label: label.given_at.isoformat() if label else "",
    "model": lambda record, _: record.model,
    "latency_ms": lambda record, _: record.latency_ms,
    "strokes": lambda record, _: len(record.strokes),
    "drawing_bytes": lambda record, _: len(record.drawing.content),
    "writer": lambda record, _: writer_of(record),
    "origin": lambda record, _: record.origin,
}
"""The name of each column, and the function that computes its value."""


def files(source: ExportSource) -> Iterator[File]:
    yield File(NAME, joined(_lines(source)))


def _lines(source: ExportSource) -> Iterator[bytes]:
    yield _line(COLUMNS)
    for record, label in source.records():
        source.counts.written += 1
        yield _line(_harmless(value(record, label)) for value in COLUMNS.values())


def _harmless(value: Any) -> Any:
    """Keep spreadsheets from taking a text for a formula: a client may send any origin."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _line(values: Iterable[Any]) -> bytes:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()


FORMAT = Format(
    title="CSV", files=files, filename=NAME, items="lines", media_type="text/csv; charset=utf-8", trains=False
)
