"""Whether this process could recognise and keep a drawing now."""

from typing import Any

from history.stores import open_store
from history.stores.base import StoreUnavailable
from recognizer.errors import NotReady
from recognizer.predictor import shared_predictor


def health() -> dict[str, Any]:
    """`{"ready": bool, "model": version or None, "history": bool}`."""
    model, history = _model(), _history_answers()
    return {"ready": model is not None and history, "model": model, "history": history}


def _model() -> str | None:
    try:
        return shared_predictor().version
    except NotReady:
        return None


def _history_answers() -> bool:
    try:
        open_store().check()
    except StoreUnavailable:
        return False
    return True
