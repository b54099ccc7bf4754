"""A recognition, from the drawing's bytes to a record that is kept."""

import threading
import time
from dataclasses import dataclass

import numpy as np
from django.conf import settings

from history import services as history
from history.ids import new_id
from history.records import Record
from history.services import StorageOutcome
from mnistsite.types import Drawing, FoundDigit, Prediction, Stroke
from recognizer.decoding import decode, find_ink_in
from recognizer.predictor import Predictor, shared_predictor
from recognizer.reader import ReadDigit, read

READERS = threading.BoundedSemaphore(4)
"""A small file may hold a picture of 50 MB: so many at once, and not one for each of a worker's threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Prediction):
    """What the network says of a drawing, apart from what is kept of it."""

    inputs: tuple[np.ndarray, ...]
    """What the network saw: (28, 28) float32 in [0, 1] for each digit."""
    media_type: str

    @property
    def input_bytes(self) -> bytes:
        """The inputs in the form in which a record keeps them."""
        return b"".join(map(grey_bytes, self.inputs))


@dataclass(frozen=True, slots=True)
class Recognition:
    """What is answered: the record, where it is kept, and how it was read."""

    record: Record
    outcome: StorageOutcome
    reading: Reading


def recognize(*, content: bytes, strokes: tuple[Stroke, ...], visitor: str, origin: str) -> Recognition:
    """Recognise a drawing and keep it.

    content: a PNG or JPEG. Raises the errors of recognizer.errors, and NotStored when the record could not be
    kept; then there is no answer.
    """
    reading = read_drawing(content)
    record = Record(
        id=new_id(),
        drawing=Drawing(content=content, media_type=reading.media_type),
        strokes=strokes,
        inputs=reading.input_bytes,
        digits=reading.digits,
        model=reading.model,
        latency_ms=reading.latency_ms,
        visitor=visitor,
        origin=origin,
    )
    return Recognition(record=record, outcome=history.record(record), reading=reading)


def read_drawing(content: bytes) -> Reading:
    """Read a PNG or JPEG, and keep nothing of it. Raises the errors of recognizer.errors."""
    started = time.perf_counter()
    predictor = shared_predictor()
    with READERS:
        found, media_type = _read(content, predictor)
    return Reading(
        digits=tuple(map(_found, found)),
        inputs=tuple(digit.normalized.field for digit in found),
        media_type=media_type,
        model=predictor.version,
        latency_ms=round((time.perf_counter() - started) * 1000, 3),
    )


def grey_bytes(network_input: np.ndarray) -> bytes:
    """An input in [0, 1] as one byte a pixel, row by row, ink 255."""
    return (network_input * 255).round().astype(np.uint8).tobytes()


def _read(content: bytes, predictor: Predictor) -> tuple[list[ReadDigit], str]:
    """The digits in a file, and its media type."""
    image, media_type = decode(content, max_pixels=settings.MAX_DRAWING_PIXELS)
    ink = find_ink_in(image)
    del image  # Up to 64 MB that are not needed while the digits are read.
    return read(ink, predictor.read), media_type


def _found(digit: ReadDigit) -> FoundDigit:
    answer = digit.answer
    return FoundDigit(
        digit=int(answer.probabilities.argmax()),
        probabilities=tuple(round(float(probability), 6) for probability in answer.probabilities),
        box=digit.normalized.box,
        score=round(answer.score, 4),
        accepted=answer.accepted,
    )
