"""CSV for spreadsheets: one line per record, with result and label side by side."""

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import Any

from history.export.export import ExportSource, Format, writer_of
from history.export.files import File, joined
from history.records import LabelledRecord, Record
from mnistsite.types import NON_DIGIT_NAME

NAME = "history.csv"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


COLUMNS: dict[str, Callable[[LabelledRecord[Record]], Any]] = {
    "id": lambda each: str(each.record.id),
    "created_at": lambda each: each.record.created_at.isoformat(),
    "answer": lambda each: each.record.text,
    "accepted": lambda each: int(each.record.accepted),
    "probability": lambda each: each.record.probability,
    "score": lambda each: each.record.score,
    "label": lambda each: (each.label.text or NON_DIGIT_NAME) if each.label else "",
    "labelled_at": lambda each: each.label.given_at.isoformat() if each.label else "",
    "model": lambda each: each.record.model,
    "latency_ms": lambda each: each.record.latency_ms,
    "strokes": lambda each: len(each.record.strokes),
    "drawing_bytes": lambda each: len(each.record.drawing.content),
    "writer": lambda each: writer_of(each.record),
    "origin": lambda each: each.record.origin,
}
"""The name of each column, and the function that computes its value."""


def files(source: ExportSource) -> Iterator[File]:
    yield File(NAME, joined(_lines(source)))


def _lines(source: ExportSource) -> Iterator[bytes]:
    yield _line(COLUMNS)
    for each in source.records():
        source.counts.written += 1
        yield _line(value(each) for value in COLUMNS.values())


def _line(values: Iterable[Any]) -> bytes:
    """One line, in which spreadsheets take no text for a formula: a client may send any origin."""
    line = StringIO()
    csv.writer(line).writerow(
        f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
        for value in values
    )
    return line.getvalue().encode()


FORMAT = Format(
    title="CSV", files=files, filename=NAME, items="lines", media_type="text/csv; charset=utf-8", trains=False
)
