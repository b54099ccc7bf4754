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
    "id": lambda kept: str(kept.record.id),
    "created_at": lambda kept: kept.record.created_at.isoformat(),
    "answer": lambda kept: kept.record.text,
    "accepted": lambda kept: int(kept.record.accepted),
    "probability": lambda kept: kept.record.probability,
    "score": lambda kept: kept.record.score,
    "label": lambda kept: (kept.label.text or NON_DIGIT_NAME) if kept.label else "",
    "labelled_at": lambda kept: kept.label.given_at.isoformat() if kept.label else "",
    "model": lambda kept: kept.record.model,
    "latency_ms": lambda kept: kept.record.latency_ms,
    "strokes": lambda kept: len(kept.record.strokes),
    "drawing_bytes": lambda kept: len(kept.record.drawing.content),
    "writer": lambda kept: writer_of(kept.record),
    "origin": lambda kept: kept.record.origin,
}
"""The name of each column, and the function that computes its value."""


def files(source: ExportSource) -> Iterator[File]:
    yield File(NAME, joined(_lines(source)))


def _lines(source: ExportSource) -> Iterator[bytes]:
    yield _line(COLUMNS)
    for kept in source.records():
        source.counts.written += 1
        yield _line(_harmless(value(kept)) for value in COLUMNS.values())


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
