"""Whether this process could recognise and keep a drawing now."""

from dataclasses import asdict
from typing import Any

from history.store_status import store_status
from recognizer.errors import NotReady
from recognizer.predictor import shared_predictor


def health() -> dict[str, Any]:
    """`{"ready": bool, "model": version or None, "history": "stored", "queued" or None, "outbox": …}`."""
    model, history = _model(), store_status()
    return {
        "ready": model is not None and history.outcome is not None,
        "model": model,
        "history": history.outcome,
        "outbox": asdict(history.backlog) if history.backlog else None,
    }


def _model() -> str | None:
    try:
        return shared_predictor().version
    except NotReady:
        return None
