"""Each format, read back with independent readers."""

import csv
import gzip
import hashlib
import json
import struct
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from history.export.export import Reason
from history.export.formats import FORMATS
from history.records import Record
from history.stores import open_store
from mnistsite.types import Drawing
from tests.history.exported import an_export, bars, give, kept, streamed
from tests.history.records import a_record


def inputs_of(record: Record) -> np.ndarray:
    return np.frombuffer(record.inputs, np.uint8).reshape(-1, 28, 28)


def unzipped(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def idx() -> tuple[np.ndarray, np.ndarray]:
    """Images and labels, as any reader of IDX reads them."""
    files = unzipped(streamed("idx"))
    images, labels = (
        gzip.decompress(files[f"digits-{name}-ubyte.gz"]) for name in ("images-idx3", "labels-idx1")
    )
    magic, count, rows, columns = struct.unpack(">4I", images[:16])
    assert (magic, struct.unpack(">2I", labels[:8])) == (2051, (2049, count))
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(count, rows, columns),
        np.frombuffer(labels, np.uint8, offset=8),
    )


def npz(**options: Any) -> dict[str, np.ndarray]:
    with np.load(BytesIO(streamed("npz", **options))) as arrays:
        return dict(arrays)


def ndjson(**options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in streamed("ndjson", **options).splitlines()]


def table() -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(streamed("csv").decode(), newline="")))


def test_idx_has_what_the_network_saw_of_each_labelled_digit() -> None:
    number, one = kept(1, 7, label="14"), kept(7, label="1")
    images, labels = idx()
    assert labels.tolist() == [1, 1, 4]
    np.testing.assert_array_equal(images, np.concatenate([inputs_of(one), inputs_of(number)]))
    assert images.max() == 255


def test_npz_has_the_same_digits_with_the_ids_of_their_records() -> None:
    number, none = kept(1, 7, label="14"), kept(7, 7, label="")
    arrays = npz()
    assert arrays["labels"].tolist() == [-1, -1, 1, 4]
    assert [each.decode() for each in arrays["ids"]] == [str(none.id)] * 2 + [str(number.id)] * 2
    np.testing.assert_array_equal(arrays["images"], np.concatenate([inputs_of(none), inputs_of(number)]))


def test_an_empty_export_can_be_read() -> None:
    assert [each.shape for each in idx()] == [(0, 28, 28), (0,)]
    assert npz()["images"].shape == (0, 28, 28)
    assert (ndjson(), table(), unzipped(streamed("png"))) == ([], [], {})


@pytest.mark.parametrize("name", ["idx", "npz", "png"])
def test_skipped_records_are_counted_by_reason(name: str) -> None:
    kept(7)
    kept(1, 7, label="147")
    number = kept(1, 7, label="14")
    old = replace(number, id=a_record().id, inputs=b"")
    open_store().add(old)
    give(old, "14")
    kept(1, 7, label="")
    export = an_export(name)
    assert b"".join(export.stream())
    skipped = {Reason.UNLABELLED: 1, Reason.OTHER_COUNT: 1, Reason.NO_INPUTS: 1}
    assert export.counts.skipped == skipped | ({Reason.NON_DIGIT: 1} if name == "idx" else {})
    assert export.counts.records == 5
    assert export.counts.written == {"idx": 2, "npz": 4, "png": 3}[name]


def test_results_replace_missing_labels_only_on_request() -> None:
    kept(7, accepted=False)
    kept(7)
    kept(7, label="1")
    assert npz()["labels"].tolist() == [1]
    assert npz(answers=True)["labels"].tolist() == [1, 7, -1]
    assert [each["word"] for each in ndjson()] == ["1", None, None]
    assert [each["word"] for each in ndjson(answers=True)] == ["1", "7", ""]


def test_ndjson_has_quick_draws_form_with_additional_fields() -> None:
    moment = datetime(2026, 1, 31, 23, 59, 59, 5, tzinfo=UTC)
    record = kept(7, label="1", at=moment)
    (line,) = ndjson()
    assert line == {
        "word": "1",
        "key_id": str(record.id),
        "timestamp": "2026-01-31 23:59:59.000005 UTC",
        "recognized": False,
        "drawing": [[[1.0, 2.5], [3.0, 4.0], [0, 16]]],
        "pressure": [[0.5, 0.5]],
        "writer": hashlib.sha256(b"visitor").hexdigest()[:12],
        "label": "1",
        "answer": "7",
        "accepted": True,
        "probability": 0.94,
        "model": record.model,
    }


@pytest.mark.parametrize(
    ("accepted", "label", "recognized"),
    [
        (True, "7", True),
        (True, "1", False),
        (True, "", False),
        # A result that is not accepted agrees with the label of a non-digit.
        (False, "", True),
        (False, "7", False),
        (False, "1", False),
        (True, None, None),
        (False, None, None),
    ],
)
def test_a_drawing_counts_as_recognized_if_label_and_result_agree(
    accepted: bool, label: str | None, recognized: bool | None
) -> None:
    kept(7, label=label, accepted=accepted)
    (line,) = ndjson()
    assert line["recognized"] is recognized
    assert (line["answer"], line["accepted"], line["label"]) == ("7", accepted, label)


@pytest.mark.parametrize(
    ("strokes", "drawing", "pressure"),
    [
        ((), None, None),
        (([[1, 2], [3, 4]], [[5], [6], [7], [1]]), [[[1, 2], [3, 4]], [[5], [6], [7]]], [None, [1]]),
        (([[1e6, -1e6], [0, 1e6]],), [[[1e6, -1e6], [0, 1e6]]], [None]),
        (([[1_000_001], [0]],), None, None),
        (([[0], [-1_000_001]],), None, None),
        (([[1], [2]], [[1_000_001], [0]]), None, None),
        # A drawing may have taken hours.
        (([[1], [2], [7_200_000]],), [[[1], [2], [7_200_000]]], [None]),
    ],
)
def test_strokes_are_null_if_missing_or_out_of_range(strokes: Any, drawing: Any, pressure: Any) -> None:
    open_store().add(replace(a_record(), strokes=strokes))
    (line,) = ndjson()
    assert (line["drawing"], line["pressure"]) == (drawing, pressure)


def test_csv_has_every_record_with_result_and_label() -> None:
    none, unlabelled, number = kept(7, label=""), kept(7), kept(1, 7, label="07")
    rows = table()
    assert [row["id"] for row in rows] == [str(each.id) for each in (number, unlabelled, none)]
    assert [row["answer"] for row in rows] == ["17", "7", "7"]
    assert [row["label"] for row in rows] == ["07", "", "none"]
    assert rows[0]["created_at"] == number.created_at.isoformat()
    assert rows[0]["drawing_bytes"] == str(len(number.drawing.content))
    assert rows[0]["score"] == "-2.5"


def test_a_line_of_csv_in_full() -> None:
    record = kept(1, 7, label="07", at=datetime(2026, 1, 31, 23, 59, 59, 5, tzinfo=UTC))
    heading, line = streamed("csv").decode().splitlines()
    assert heading == (
        "id,created_at,answer,accepted,probability,score,label,labelled_at,model,latency_ms,strokes,"
        "drawing_bytes,writer,origin"
    )
    assert line.split(",") == [
        str(record.id),
        "2026-01-31T23:59:59.000005+00:00",
        "17",
        "1",
        "0.0",
        "-2.5",
        "07",
        "2001-09-09T01:46:40+00:00",
        "lenet-0123456789ab",
        "1.25",
        "1",
        str(len(record.drawing.content)),
        hashlib.sha256(b"visitor").hexdigest()[:12],
        "http://localhost:8888",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_reads_a_client_s_text_as_a_formula(start: str) -> None:
    open_store().add(replace(a_record(), origin=f'{start}HYPERLINK("x")'))
    assert table()[0]["origin"] == f'\'{start}HYPERLINK("x")'


def labelled_jpeg() -> Record:
    content = BytesIO()
    Image.open(BytesIO(bars().content)).save(content, "JPEG")
    record = replace(a_record(), drawing=Drawing(content=content.getvalue(), media_type="image/jpeg"))
    open_store().add(record)
    give(record, "1")
    return record


def test_png_exports_drawings_and_the_digits_of_numbers() -> None:
    none, jpeg, number = kept(7, label=""), labelled_jpeg(), kept(1, 7, label="14")
    files = unzipped(streamed("png"))
    assert files.pop(f"none/{none.id}.png") == none.drawing.content
    assert files.pop(f"1/{jpeg.id}.jpg") == jpeg.drawing.content
    fields = [np.asarray(Image.open(BytesIO(content))) for content in files.values()]
    assert list(files) == [f"1/{number.id}-1.png", f"4/{number.id}-2.png"]
    np.testing.assert_array_equal(fields, inputs_of(number))


def test_a_drawing_labelled_with_one_digit_is_exported_whole() -> None:
    record = kept(1, 7, label="4")
    assert list(unzipped(streamed("png"))) == [f"4/{record.id}.png"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_history_gives_the_same_bytes(name: str) -> None:
    for _ in range(3):
        kept(1, 7, label="14")
    assert streamed(name) == streamed(name)
