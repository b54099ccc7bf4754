"""Records as JSON, and the label that a client sends."""

import re
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from history.records import Label, Record, Share, Summary
from history.services import MAX_SHARE_DAYS
from mnistsite.types import FoundDigit, Prediction

MAX_LABEL_LENGTH = 40
"""In digits. The templates repeat it in their fields for labels."""

LABEL = re.compile(f"[0-9]{{0,{MAX_LABEL_LENGTH}}}")


def digit_json(found: FoundDigit) -> dict[str, Any]:
    box = found.box
    return {
        "digit": found.digit,
        "probability": found.probability,
        "probabilities": list(found.probabilities),
        "box": {"x": box.x, "y": box.y, "width": box.width, "height": box.height},
        "score": found.score,
        "accepted": found.accepted,
    }


def prediction_json(prediction: Prediction) -> dict[str, Any]:
    """A result, stored or not: the fields that every response with a result has."""
    return {
        "predict": prediction.predict,
        "text": prediction.text,
        "accepted": prediction.accepted,
        "score": prediction.score,
        "digits": [digit_json(found) for found in prediction.digits],
        "model": prediction.model,
        "latency_ms": prediction.latency_ms,
    }


def summary_json(summary: Summary) -> dict[str, Any]:
    return {
        "id": str(summary.id),
        "created_at": summary.created_at.isoformat(),
        **prediction_json(summary),
        "drawing": reverse("history:drawing", args=[summary.id]),
    }


def record_json(record: Record, label: Label | None, share: Share) -> dict[str, Any]:
    return {
        **summary_json(record),
        "strokes": list(record.strokes),
        "label": label_json(label) if label else None,
        "share_url": None if share.has_ended else share_json(share)["url"],
    }


def label_json(label: Label) -> dict[str, Any]:
    return {"text": label.text, "given_at": label.given_at.isoformat()}


def share_json(share: Share) -> dict[str, Any]:
    return {
        "url": reverse("history:shared", args=[share.link]),
        "until": share.until.isoformat() if share.until else None,
    }


class LabelField(serializers.CharField):
    """Digits, or empty. DRF's RegexField would answer some invalid characters with error codes of its own."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not LABEL.fullmatch(text):
            self.fail("invalid")
        return text


class LabelSerializer(serializers.Serializer[Any]):
    """A label as a client sends it."""

    text = LabelField(
        allow_blank=True,
        trim_whitespace=False,
        error_messages={
            name: _("“text” must hold the digits that the drawing shows, or be empty if it is not a digit.")
            for name in ("required", "null", "invalid")
        },
    )


class ShareSerializer(serializers.Serializer[Any]):
    """For how long a client shares a drawing."""

    days = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        max_value=MAX_SHARE_DAYS,
        error_messages={
            name: _("“days” must be a whole number from 1 to 3650, or null for no end.")
            for name in ("required", "invalid", "min_value", "max_value", "max_string_length")
        },
    )
