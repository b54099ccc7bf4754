"""Where the history is kept. `open_store()` gives this process's own, as settings choose it."""

from functools import cache
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from history.stores.base import HistoryStore


@cache
def open_store() -> HistoryStore:
    """The store that HISTORY_STORE names, opened once in each process when it is first used."""
    chosen: dict[str, Any] = settings.HISTORY_STORE
    return cast(HistoryStore, import_string(chosen["BACKEND"])(**chosen["OPTIONS"]))
