"""What the site does with a drawing: read it, store it, and show how the network reached its result."""

import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings

from history.ids import new_id
from history.keeper import keeper
from history.records import Record, StorageOutcome
from history.selectors import store_status
from history.services import keep_record
from mnistsite.types import Drawing, FoundDigit, Prediction, Stroke
from recognizer import compiled
from recognizer.errors import Busy, NoSuchDigit, NotReady
from recognizer.occlusion import importance
from recognizer.outputs import Layers
from recognizer.predictor import TIMEOUT_S, shared_predictor
from recognizer.preprocessing.ink import ink_of
from recognizer.reader import ReadDigit, read

READ_SLOTS = threading.BoundedSemaphore(4)
"""Drawings that are read at once. A small file may hold a picture of 50 MB, and a worker has more threads."""

INSPECTION_LOCK = threading.Lock()
"""One inspection costs as much as a hundred readings, so each process runs one at a time."""

INSPECTION_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Prediction):
    """The network's result for a drawing, stored or not."""

    network_inputs: tuple[np.ndarray, ...]
    """The network's input for each digit: (28, 28) float32 in [0, 1]."""
    input_bytes: tuple[bytes, ...]
    """The same in one byte a pixel, row by row, ink 255: a record has them one after another."""
    media_type: str


@dataclass(frozen=True, slots=True)
class KeptReading:
    """A reading, its record, and where that is stored."""

    record: Record
    outcome: StorageOutcome
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inspection:
    """How the network reached its result for one digit of a drawing."""

    reading: Reading
    index: int
    """Which of the reading's digits, from 0."""
    layers: Layers
    importance: np.ndarray
    """(28, 28) float32: how far the digit's natural log odds fall without this ink."""


def read_drawing(content: bytes, *, deadline: float | None = None) -> Reading:
    """Read a PNG or JPEG, and store nothing.

    deadline: of time.monotonic(); in TIMEOUT_S if none is given. Raises the errors of recognizer.errors.
    """
    started = time.perf_counter()
    deadline = deadline or time.monotonic() + TIMEOUT_S
    predictor = shared_predictor()
    if not READ_SLOTS.acquire(timeout=max(0, deadline - time.monotonic())):
        raise Busy
    try:
        ink, media_type = ink_of(content, max_pixels=settings.MAX_DRAWING_PIXELS)
        digits = read(ink, partial(predictor.classify, deadline=deadline))
    finally:
        READ_SLOTS.release()
    return to_reading(digits, media_type=media_type, started=started)


def to_reading(digits: Sequence[ReadDigit], *, media_type: str, started: float) -> Reading:
    """The reading of a drawing. started: on time.perf_counter()."""
    return Reading(
        digits=tuple(
            FoundDigit(
                digit=classification.digit,
                probabilities=tuple(round(float(share), 6) for share in classification.probabilities),
                box=box,
                score=round(classification.score, 4),
                accepted=classification.accepted,
            )
            for _, box, classification in digits
        ),
        network_inputs=tuple(digit.network_input for digit in digits),
        input_bytes=tuple((digit.network_input * 255).round().astype(np.uint8).tobytes() for digit in digits),
        media_type=media_type,
        model=shared_predictor().version,
        latency_ms=round((time.perf_counter() - started) * 1000, 3),
    )


def recognize(*, content: bytes, strokes: tuple[Stroke, ...], visitor: str, origin: str) -> KeptReading:
    """Read a drawing and store it.

    content: a PNG or JPEG. Raises the errors of recognizer.errors, and NotStored if the record could not be
    stored; then there is no result.
    """
    reading = read_drawing(content)
    record = to_record(reading, content=content, strokes=strokes, visitor=visitor, origin=origin)
    return KeptReading(record=record, outcome=keep_record(record), reading=reading)


def to_record(
    reading: Reading, *, content: bytes, strokes: tuple[Stroke, ...], visitor: str, origin: str
) -> Record:
    """A new record of a drawing that was read."""
    return Record(
        id=new_id(),
        drawing=Drawing(content=content, media_type=reading.media_type),
        strokes=strokes,
        inputs=b"".join(reading.input_bytes),
        digits=reading.digits,
        model=reading.model,
        latency_ms=reading.latency_ms,
        visitor=visitor,
        origin=origin,
    )


def inspect(*, content: bytes, index: int) -> Inspection:
    """Read a PNG or JPEG and find how the network reached its result for one digit; nothing is stored.

    Raises the errors of recognizer.errors: NoSuchDigit if the drawing has fewer digits, and Busy if other
    inspections do not end soon enough.
    """
    deadline = time.monotonic() + TIMEOUT_S
    reading, predictor = read_drawing(content, deadline=deadline), shared_predictor()
    if index >= len(reading.digits):
        raise NoSuchDigit(digits=len(reading.digits))
    network_input, digit = reading.network_inputs[index], reading.digits[index].digit
    # An inspection that waits holds one of the server's threads, which drawings to be recognised need.
    if not INSPECTION_LOCK.acquire(timeout=INSPECTION_TIMEOUT_S):
        raise Busy
    try:
        return Inspection(
            reading=reading,
            index=index,
            layers=predictor.layers(network_input, deadline=deadline),
            importance=importance(network_input, digit, partial(predictor.classify, deadline=deadline)),
        )
    finally:
        INSPECTION_LOCK.release()


def health() -> dict[str, Any]:
    """Whether this process could recognise and store a drawing now.

    docs/api.md describes its fields.
    """
    predictor, store = shared_predictor(), store_status()
    try:
        model = predictor.version
    except NotReady:
        model = None
    return {
        "ready": model is not None and not predictor.hangs and store.outcome is not None,
        "model": model,
        "history": store.outcome,
        "outbox": asdict(store.backlog) if store.backlog else None,
        "compiled": compiled.kernels is not None,
        "waiting": {"network": predictor.waiting, "keeper": keeper().waiting},
    }
