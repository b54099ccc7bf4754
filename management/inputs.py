"""The network's inputs of records from before these were kept, found by reading the drawings again."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from history.records import Record
from history.stores.base import HistoryStore, RecordNotFound
from recognizer.errors import BlankDrawing, DrawingTooLarge, NotAnImage
from recognizer.services import read_drawing

PAGE = 100


def add_inputs(store: HistoryStore) -> Iterator[bool | None]:
    """For each record, the oldest first: whether its inputs were found again; None where it has them.

    They are those of today's network where it finds digits in the same boxes. Raises StoreUnavailable, and
    NotReady or Busy of recognizer.errors.
    """
    for summary in chain.from_iterable(store.pages(size=PAGE)):
        try:
            record = store.get(summary.id)
        except RecordNotFound:  # It was deleted just now.
            continue
        if record.inputs:
            yield None
        elif inputs := _read_again(record):
            store.put_inputs(replace(record, inputs=inputs))
            yield True
        else:
            yield False


def _read_again(record: Record) -> bytes:
    """Empty where the drawing is read otherwise today."""
    try:
        reading = read_drawing(record.drawing.content)
    except (NotAnImage, DrawingTooLarge, BlankDrawing):
        return b""
    is_the_same = [found.box for found in reading.digits] == [found.box for found in record.digits]
    return reading.input_bytes if is_the_same else b""
