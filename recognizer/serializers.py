"""What a client sends to be recognised, and what it is answered."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from history.api.serializers import prediction_json
from history.services import StorageOutcome
from mnistsite.types import Stroke
from recognizer.errors import DrawingTooLarge
from recognizer.services import Reading, Recognition, grey_bytes

MAX_STROKES = 500
MAX_POINTS = 20_000
LARGEST_VALUE = 1e9
"""Of any coordinate, in pixels, and of any time, in ms: some eleven days."""


class DataURLField(serializers.Field[bytes, Any, Any, Any]):
    """A picture in base64, as a data URL or without its prefix, to its bytes.

    DRF's CharField would look at each of some ten thousand characters in Python.
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
        encoded = "".join(_after_prefix(data).split())  # Base64 is often wrapped into lines.
        if len(encoded) * 3 // 4 - encoded[-2:].count("=") > settings.MAX_DRAWING_BYTES:
            raise DrawingTooLarge(limit=settings.MAX_DRAWING_BYTES)
        try:
            content = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            self.fail("not_base64")
        if not content:
            self.fail("required")
        return content


def _after_prefix(data: str) -> str:
    """What follows `data:…,` (RFC 2397), or all of a text without such a prefix."""
    is_data_url = data[:5].lower() == "data:" and "," in data
    return data.partition(",")[2] if is_data_url else data


class StrokesField(serializers.Field[tuple[Stroke, ...], Any, Any, Any]):
    """Strokes in the form of history.records.Stroke, each with two to five lists of one length."""

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
    data = DataURLField()  # type: ignore[assignment]  # the endpoint's own name, which DRF uses too


class IdentifySerializer(PreviewSerializer):
    strokes = StrokesField(required=False, default=(), allow_null=True)

    def validate_strokes(self, strokes: tuple[Stroke, ...] | None) -> tuple[Stroke, ...]:
        """Null is as good as absent."""
        return strokes or ()


def recognition_json(recognition: Recognition) -> dict[str, Any]:
    """The answer to a recognition that is kept."""
    record = recognition.record
    return {
        **reading_json(recognition.reading),
        "id": str(record.id),
        "page_url": reverse("history:record", args=[record.id]),
        "label_url": reverse("history:label", args=[record.id]),
        "stored": recognition.outcome is StorageOutcome.STORED,
        "queued": recognition.outcome is StorageOutcome.QUEUED,
    }


def reading_json(reading: Reading) -> dict[str, Any]:
    """What was read, kept or not, with the network's input of each digit."""
    prediction = prediction_json(reading)
    for digit, network_input in zip(prediction["digits"], reading.inputs, strict=True):
        digit["seen"] = base64.b64encode(grey_bytes(network_input)).decode()
    return {**prediction, "probabilities": list(reading.digits[0].probabilities)}


def _is_stroke(stroke: Any) -> bool:
    return (
        isinstance(stroke, list)
        and 2 <= len(stroke) <= 5
        and all(isinstance(axis, list) and len(axis) == len(stroke[0]) > 0 for axis in stroke)
        and all(_is_measure(value) for axis in stroke for value in axis)
    )


def _is_measure(value: Any) -> bool:
    """A number within bounds: no NaN, no infinity, no integer of a thousand digits, no boolean."""
    return type(value) in (int, float) and abs(value) <= LARGEST_VALUE
