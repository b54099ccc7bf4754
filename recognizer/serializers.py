"""The bodies of requests and responses: drawings to recognise, readings, and inspections."""

import binascii
import math
from dataclasses import asdict
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
import pybase64
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from history.api.serializers import prediction_json
from history.records import StorageOutcome
from mnistsite.types import Stroke
from recognizer.errors import DrawingTooLarge
from recognizer.services import Inspection, KeptReading, Reading

MAX_STROKES = 500
MAX_POINTS = 20_000
LARGEST_VALUE = 1e9
"""Of any coordinate, in pixels, and of any time, in ms: some eleven days."""


class DataURLField(serializers.Field[bytes, Any, Any, Any]):
    """A picture in base64, as a data URL or without its prefix, to its bytes.

    DRF's CharField would examine each of some ten thousand characters in Python.
    Raises DrawingTooLarge before it decodes anything.
    """

    default_error_messages = {
        "required": _("“data” is required: the picture as base64."),
        "null": _("“data” is required: the picture as base64."),
        "not_text": _("“data” must be a string: a data URL or base64."),
        "not_base64": _("“data” is not valid base64."),
    }

    def to_internal_value(self, data: Any) -> bytes:
        if not isinstance(data, str):
            self.fail("not_text")
        if data[:5].lower() == "data:" and "," in data:  # RFC 2397: data:[<media type>][;base64],<data>
            data = data[data.index(",") + 1 :]
        encoded = "".join(data.split())  # Base64 is often wrapped into lines.
        if len(encoded) * 3 // 4 - encoded[-2:].count("=") > settings.MAX_DRAWING_BYTES:
            raise DrawingTooLarge(limit=settings.MAX_DRAWING_BYTES)
        try:
            content = pybase64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            self.fail("not_base64")
        if not content:
            self.fail("required")
        return content


class StrokesField(serializers.Field[tuple[Stroke, ...], Any, Any, Any]):
    """Strokes in the form of mnistsite.types.Stroke, each with two to five lists of one length."""

    default_error_messages = {
        "bad_strokes": _(
            "“strokes” must be a list of [[x…], [y…], [t…], [pressure…], [width…]], numbers only."
        ),
        "too_many_points": _("The drawing has more than {strokes} strokes or {points} points."),
    }

    def to_internal_value(self, data: Any) -> tuple[Stroke, ...]:
        if not isinstance(data, list):
            self.fail("bad_strokes")
        if len(data) > MAX_STROKES:
            self._fail_too_many()
        if not all(_is_stroke(stroke) for stroke in data):
            self.fail("bad_strokes")
        if sum(len(stroke[0]) for stroke in data) > MAX_POINTS:
            self._fail_too_many()
        return tuple(data)

    def _fail_too_many(self) -> None:
        self.fail("too_many_points", strokes=MAX_STROKES, points=f"{MAX_POINTS:,}")


class PreviewSerializer(serializers.Serializer[Any]):
    data = DataURLField()  # type: ignore[assignment]  # the name in the API, which DRF uses, too


class IdentifySerializer(PreviewSerializer):
    strokes = StrokesField(required=False, default=(), allow_null=True)

    def validate_strokes(self, strokes: tuple[Stroke, ...] | None) -> tuple[Stroke, ...]:
        """Null means the same as leaving them out."""
        return strokes or ()


class DigitIndexSerializer(serializers.Serializer[Any]):
    """The index of the digit to inspect, from 0."""

    digit = serializers.IntegerField(default=0, min_value=0)


class InspectSerializer(DigitIndexSerializer, PreviewSerializer):
    pass


def kept_reading_json(kept: KeptReading) -> dict[str, Any]:
    """The response to a recognition."""
    record = kept.record
    return {
        **reading_json(kept.reading),
        "id": str(record.id),
        "page_url": _address("history:record").format(record.id),
        "label_url": _address("history:label").format(record.id),
        "stored": kept.outcome is StorageOutcome.STORED,
        "queued": kept.outcome is StorageOutcome.QUEUED,
    }


@cache
def _address(name: str) -> str:
    """The address of a record's page, with a placeholder for its id."""
    some = UUID(int=0)
    return reverse(name, args=[some]).replace(str(some), "{}")


def reading_json(reading: Reading) -> dict[str, Any]:
    """A reading, stored or not."""
    prediction = prediction_json(reading)
    for digit, input_bytes in zip(prediction["digits"], reading.input_bytes, strict=True):
        digit["seen"] = pybase64.b64encode_as_string(input_bytes)
    return {**prediction, "probabilities": list(reading.digits[0].probabilities)}


def inspection_json(inspection: Inspection) -> dict[str, Any]:
    """An inspection, its arrays in one byte a value."""
    reading, index = inspection.reading, inspection.index
    digit, layers = reading.digits[index], asdict(inspection.layers)
    logits = layers.pop("logits")
    most = float(np.abs(inspection.importance).max()) or 1.0
    return {
        "text": reading.text,
        "index": index,
        "digit": digit.digit,
        "accepted": digit.accepted,
        "probabilities": list(digit.probabilities),
        "logits": [round(float(logit), 4) for logit in logits],
        "model": reading.model,
        "seen": _array_json(reading.network_inputs[index], lowest=0, highest=1),
        "importance": _array_json(inspection.importance, lowest=-most, highest=most),
        "layers": {name: _array_json(values, lowest=-1, highest=1) for name, values in layers.items()},
    }


def _array_json(values: np.ndarray, *, lowest: float, highest: float) -> dict[str, Any]:
    """Values as one byte each, 0 for the lowest and 255 for the highest, in C order."""
    levels = (values - lowest) / (highest - lowest) * 255
    content = levels.round().clip(0, 255).astype(np.uint8).tobytes()
    return {
        "shape": list(values.shape),
        "range": [lowest, highest],
        "values": pybase64.b64encode_as_string(content),
    }


NUMBERS = {int, float}


def _is_stroke(stroke: Any) -> bool:
    return (
        isinstance(stroke, list)
        and 2 <= len(stroke) <= 5
        and all(isinstance(axis, list) and len(axis) == len(stroke[0]) > 0 for axis in stroke)
        and all(map(_has_numbers, stroke))
    )


def _has_numbers(axis: list[Any]) -> bool:
    """No NaN, no infinity, no integer of a thousand digits, no boolean."""
    # A NaN among others makes min() and max() any of them, but their sum is NaN.
    return (
        NUMBERS.issuperset(map(type, axis))
        and min(axis) >= -LARGEST_VALUE
        and max(axis) <= LARGEST_VALUE
        and not math.isnan(sum(axis))
    )
