"""Drawings as strokes, one JSON object per line, in the form of Quick, Draw!'s data set.

Further values have names that Quick, Draw! does not use. `null` stands for a missing value: no label, or no
strokes, as in a drawing that was sent as a picture.
Source: https://github.com/googlecreativelab/quickdraw-dataset, "The raw moderated dataset".
"""

import json
from collections.abc import Iterator

from history.export.export import ExportSource, Format, result_as_label, writer_of
from history.export.files import File, joined

NAME = "drawings.ndjson"

LARGEST_COORDINATE = 1e6
"""In pixels. A client may send larger ones, which readers of the export should not have to handle."""


def files(source: ExportSource) -> Iterator[File]:
    yield File(NAME, joined(_lines(source)))


def _lines(source: ExportSource) -> Iterator[bytes]:
    for each in source.records():
        source.counts.written += 1
        record, label = each
        coordinates = (value for stroke in record.strokes for axis in stroke[:2] for value in axis)
        is_near = all(abs(value) <= LARGEST_COORDINATE for value in coordinates)
        strokes = record.strokes if record.strokes and is_near else None
        line = {
            "word": source.truth(each),
            "key_id": str(record.id),
            "timestamp": f"{record.created_at:%Y-%m-%d %H:%M:%S.%f} UTC",
            "recognized": label.text == result_as_label(record) if label else None,
            "drawing": strokes and [stroke[:3] for stroke in strokes],
            "pressure": strokes and [stroke[3] if len(stroke) > 3 else None for stroke in strokes],
            "writer": writer_of(record),
            "label": label and label.text,
            "answer": record.text,
            "accepted": record.accepted,
            "probability": record.probability,
            "model": record.model,
        }
        yield json.dumps(line, separators=(",", ":")).encode() + b"\n"


FORMAT = Format(
    title="Quick, Draw! NDJSON",
    files=files,
    filename=NAME,
    items="drawings",
    media_type="application/x-ndjson",
)
