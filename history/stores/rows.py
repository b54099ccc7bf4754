"""Records to and from a table's columns: what any SQL store keeps, and in which form."""

import json
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from history.identifiers import from_time_ordered, time_ordered
from history.records import Box, Drawing, FoundDigit, Record, Summary

SUMMARY_COLUMNS = ("key", "visitor", "origin", "model", "latency_ms", "digits")


def of_record(record: Record) -> dict[str, Any]:
    """A record's columns by name."""
    return {
        "key": time_ordered(record.id),
        "visitor": record.visitor,
        "origin": record.origin,
        "model": record.model,
        "latency_ms": record.latency_ms,
        "digits": _dump([[found.digit, found.probabilities, astuple(found.box)] for found in record.digits]),
        "strokes": _dump(record.strokes),
        "media_type": record.drawing.media_type,
        "drawing": record.drawing.content,
    }


def to_record(row: Mapping[str, Any]) -> Record:
    """The record back from a row with all columns."""
    drawing = Drawing(content=row["drawing"], media_type=row["media_type"])
    return Record(**_summary_fields(row), drawing=drawing, strokes=tuple(json.loads(row["strokes"])))


def to_summary(row: Mapping[str, Any]) -> Summary:
    """The summary from a row with SUMMARY_COLUMNS."""
    return Summary(**_summary_fields(row))


def _summary_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": from_time_ordered(row["key"]),
        "digits": tuple(
            FoundDigit(digit=digit, probabilities=tuple(probabilities), box=Box(*box))
            for digit, probabilities, box in json.loads(row["digits"])
        ),
        "model": row["model"],
        "latency_ms": row["latency_ms"],
        "visitor": row["visitor"],
        "origin": row["origin"],
    }


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
