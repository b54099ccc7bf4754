"""Where the history is kept. `open_store()` gives this process's own, as settings choose it."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from history.stores.base import HistoryStore


@cache
def open_store(name: str = "") -> HistoryStore:
    """The store that HISTORY_STORE names, or another of HISTORY_STORES; opened once in each process.

    Raises KeyError for one that settings do not have.
    """
    chosen = settings.HISTORY_STORES[name or settings.HISTORY_STORE]
    return cast(HistoryStore, import_string(chosen["BACKEND"])(**chosen["OPTIONS"]))
