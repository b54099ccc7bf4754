"""Records as JSON."""

from typing import Any

from django.urls import reverse

from history.records import FoundDigit, Record, Summary


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


def summary_json(summary: Summary) -> dict[str, Any]:
    return {
        "id": str(summary.id),
        "created_at": summary.created_at.isoformat(),
        "predict": summary.predict,
        "text": summary.text,
        "accepted": summary.accepted,
        "score": summary.score,
        "digits": [digit_json(found) for found in summary.digits],
        "model": summary.model,
        "latency_ms": summary.latency_ms,
        "drawing": reverse("history:drawing", args=[summary.id]),
    }


def record_json(record: Record) -> dict[str, Any]:
    return {**summary_json(record), "strokes": list(record.strokes)}
