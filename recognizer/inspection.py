"""How the network came to its answer for one digit of a drawing."""

import threading
from dataclasses import dataclass

import numpy as np

from recognizer.errors import Busy, NoSuchDigit
from recognizer.occlusion import importance
from recognizer.predictor import shared_predictor
from recognizer.services import Reading, read_drawing
from recognizer.types import Layers

ONE_AT_A_TIME = threading.Lock()
"""One inspection costs as much as a hundred readings, so in each process they follow one another."""

PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inspection:
    """What the network made of one digit of a drawing."""

    reading: Reading
    index: int
    """Which of the reading's digits, from 0."""
    layers: Layers
    importance: np.ndarray
    """(28, 28) float32: how far the digit's natural log odds fall without this ink."""


def inspect(*, content: bytes, index: int) -> Inspection:
    """Read a PNG or JPEG and look inside at one of its digits; nothing is kept.

    Raises the errors of recognizer.errors, NoSuchDigit when it was read as fewer digits, and Busy when others
    look inside already.
    """
    reading, predictor = read_drawing(content), shared_predictor()
    if index >= len(reading.digits):
        raise NoSuchDigit(digits=len(reading.digits))
    field, digit = reading.inputs[index], reading.digits[index].digit
    # Whoever waits holds one of the server's threads, and drawings to be recognised need these.
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE_S):
        raise Busy
    try:
        layers = predictor.look_inside(field)
        ink = importance(field, digit, predictor.read)
    finally:
        ONE_AT_A_TIME.release()
    return Inspection(reading=reading, index=index, layers=layers, importance=ink)
