"""Histories to export, and exports as bytes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import numpy as np
from PIL import Image

from history.export.export import Export
from history.export.formats import FORMATS
from history.export.selection import Selection
from history.ids import ticks_at, time_uuid
from history.records import Label, LabelledRecord, Record
from history.stores import open_store
from mnistsite.types import Box, Drawing, FoundDigit
from testbed.drawings import encoded
from tests.history.records import a_record

INK = (Box(x=40, y=60, width=20, height=120), Box(x=120, y=60, width=100, height=30))
"""A vertical and a horizontal bar."""


def bars(count: int = 1) -> Drawing:
    """One bar, or both."""
    canvas = np.full((280, 280), 255, np.uint8)
    for box in INK[:count]:
        canvas[box.y : box.y + box.height, box.x : box.x + box.width] = 0
    return Drawing(content=encoded(Image.fromarray(canvas)), media_type="image/png")


def kept(
    *digits: int, label: str | None = None, at: datetime | None = None, model: str = "", accepted: bool = True
) -> Record:
    """Store a record with one bar per digit, with or without a label."""
    plain = a_record(digits=digits or (7,))
    found = tuple(
        FoundDigit(each.digit, each.probabilities, box, score=-2.5, accepted=accepted)
        for each, box in zip(plain.digits, INK, strict=False)
    )
    record = replace(plain, digits=found, drawing=bars(len(found)), model=model or plain.model)
    if at:
        fields = {"clock_sequence": record.id.clock_seq, "node": record.id.node}
        record = replace(record, id=time_uuid(ticks_at(at), **fields))
    open_store().add(record)
    if label is not None:
        give(record, label)
    return record


def give(record: Record, label: str, *, given_at_us: int = 10**15) -> None:
    open_store().put_label(Label(record_id=record.id, text=label, given_by="anna", given_at_us=given_at_us))


def an_export(name: str, *, answers: bool = False) -> Export:
    return Export(selection=Selection(), form=FORMATS[name], answers=answers)


def streamed(name: str, *, answers: bool = False) -> bytes:
    """The bytes of an export of all records."""
    return b"".join(an_export(name, answers=answers).stream())


def ids(found: Iterable[LabelledRecord[Record]]) -> list[object]:
    return [each.record.id for each in found]
