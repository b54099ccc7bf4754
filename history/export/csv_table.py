"""CSV for a spreadsheet: one line a record, the answer and the label beside each other."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from history.export.files import File, joined
from history.export.selection import Chosen
from history.export.source import ExportSource, writer_of

NAME = "history.csv"

COLUMNS = (
    "id",
    "created_at",
    "answer",
    "accepted",
    "probability",
    "score",
    "label",
    "labelled_at",
    "model",
    "latency_ms",
    "strokes",
    "drawing_bytes",
    "writer",
    "origin",
)

NO_DIGIT = "none"
"""What a label says of what is no digit; an empty one says that nobody has given any."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def files(source: ExportSource) -> Iterator[File]:
    yield File(NAME, joined(_lines(source)))


def _lines(source: ExportSource) -> Iterator[bytes]:
    yield _line(COLUMNS)
    for each in source.records():
        source.counts.written += 1
        yield _line(tuple(map(_harmless, _row(each))))


def _row(each: Chosen) -> tuple[Any, ...]:
    record, label = each
    return (
        str(record.id),
        record.created_at.isoformat(),
        record.text,
        int(record.accepted),
        record.probability,
        record.score,
        (label.text or NO_DIGIT) if label else "",
        label.given_at.isoformat() if label else "",
        record.model,
        record.latency_ms,
        len(record.strokes),
        len(record.drawing.content),
        writer_of(record),
        record.origin,
    )


def _harmless(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula: a client may send any origin."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _line(values: tuple[Any, ...]) -> bytes:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()
