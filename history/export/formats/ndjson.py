"""Drawings as strokes, one JSON object per line, in the form of Quick, Draw!'s data set.

Further values have names that Quick, Draw! does not use. `null` stands for a missing value: no label, or no
strokes, as in a drawing that was sent as a picture.
Source: https://github.com/googlecreativelab/quickdraw-dataset, "The raw moderated dataset".
"""

import json
from collections.abc import Iterator
from typing import Any

from history.export.files import File, joined
from history.export.formats.base import Format
from history.export.source import ExportSource, answer_of, writer_of
from history.records import Label, Record
from mnistsite.types import Stroke

NAME = "drawings.ndjson"

LARGEST_COORDINATE = 1e6
"""In pixels. A client may send larger ones, which readers of the export should not have to handle."""


def files(source: ExportSource) -> Iterator[File]:
    yield File(NAME, joined(_lines(source)))


def _lines(source: ExportSource) -> Iterator[bytes]:
    for each in source.records():
        source.counts.written += 1
        line = _drawing(each.record, each.label, source.truth(each))
        yield json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _drawing(record: Record, label: Label | None, truth: str | None) -> dict[str, Any]:
    strokes = record.strokes if record.strokes and all(map(_is_near, record.strokes)) else None
    return {
        "word": truth,
        "key_id": str(record.id),
        "timestamp": f"{record.created_at:%Y-%m-%d %H:%M:%S.%f} UTC",
        "recognized": label.text == answer_of(record) if label else None,
        "drawing": strokes and [stroke[:3] for stroke in strokes],
        "pressure": strokes and [stroke[3] if len(stroke) > 3 else None for stroke in strokes],
        "writer": writer_of(record),
        "label": label and label.text,
        "answer": record.text,
        "accepted": record.accepted,
        "probability": record.probability,
        "model": record.model,
    }


def _is_near(stroke: Stroke) -> bool:
    return all(abs(value) <= LARGEST_COORDINATE for axis in stroke[:2] for value in axis)


FORMAT = Format(
    title="Quick, Draw! NDJSON",
    files=files,
    filename=NAME,
    items="drawings",
    media_type="application/x-ndjson",
)
