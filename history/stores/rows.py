"""Conversion between records and table columns, the same for every store."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from history.records import Label, Record, Share, Summary
from mnistsite.types import Box, Drawing, FoundDigit

SUMMARY_COLUMNS = ("visitor", "origin", "model", "latency_ms", "digits")
DRAWING_COLUMNS = ("strokes", "media_type", "drawing", "inputs")
LABEL_COLUMNS = ("label", "given_by", "given_at_us")
SHARE_COLUMNS = ("link_key", "until_us", "changed_at_us")


def from_summary(summary: Summary) -> dict[str, Any]:
    """A summary as SUMMARY_COLUMNS."""
    digits = [
        [
            each.digit,
            each.probabilities,
            [each.box.x, each.box.y, each.box.width, each.box.height],
            each.score,
            each.accepted,
        ]
        for each in summary.digits
    ]
    return {
        "visitor": summary.visitor,
        "origin": summary.origin,
        "model": summary.model,
        "latency_ms": summary.latency_ms,
        "digits": _dump(digits),
    }


def from_drawing(record: Record) -> dict[str, Any]:
    """The rest of a record as DRAWING_COLUMNS."""
    return {
        "strokes": _dump_strokes(record),
        "media_type": record.drawing.media_type,
        "drawing": record.drawing.content,
        "inputs": record.inputs,
    }


def from_label(label: Label) -> dict[str, Any]:
    """A label as LABEL_COLUMNS."""
    return {"label": label.text, "given_by": label.given_by, "given_at_us": label.given_at_us}


def from_share(share: Share) -> dict[str, Any]:
    """A share as SHARE_COLUMNS."""
    return {"link_key": share.key, "until_us": share.until_us, "changed_at_us": share.changed_at_us}


def to_record(record_id: UUID, row: Mapping[str, Any]) -> Record:
    """The record of a row with SUMMARY_COLUMNS and DRAWING_COLUMNS."""
    drawing = Drawing(content=row["drawing"], media_type=row["media_type"])
    strokes = tuple(json.loads(row["strokes"]))
    # Rows in Cassandra from before this column contain null.
    inputs = row["inputs"] or b""
    return Record(id=record_id, **_summary_fields(row), drawing=drawing, strokes=strokes, inputs=inputs)


def to_summary(record_id: UUID, row: Mapping[str, Any]) -> Summary:
    """The summary of a row with SUMMARY_COLUMNS."""
    return Summary(id=record_id, **_summary_fields(row))


def to_label(record_id: UUID, row: Mapping[str, Any]) -> Label:
    """The label of a row with LABEL_COLUMNS."""
    return Label(
        record_id=record_id, text=row["label"], given_by=row["given_by"], given_at_us=row["given_at_us"]
    )


def to_share(record_id: UUID, row: Mapping[str, Any]) -> Share:
    """The share of a row with SHARE_COLUMNS."""
    return Share(
        record_id=record_id,
        key=row["link_key"],
        until_us=row["until_us"],
        changed_at_us=row["changed_at_us"],
    )


def _summary_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "digits": tuple(
            # Records from before the network had scores end with the box.
            FoundDigit(digit, tuple(probabilities), Box(*box), *score_and_accepted)
            for digit, probabilities, box, *score_and_accepted in json.loads(row["digits"])
        ),
        "model": row["model"],
        "latency_ms": row["latency_ms"],
        "visitor": row["visitor"],
        "origin": row["origin"],
    }


def _dump_strokes(record: Record) -> str:
    content = _dump(record.strokes)
    if "null" in content:
        raise ValueError("JSON has neither NaN nor infinity")
    return content


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()
