"""The stores of the history. `open_store()` opens the store that the settings choose."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from history.stores.base import HistoryStore


@cache
def open_store(name: str = "") -> HistoryStore:
    """The store that HISTORY_STORE names, or another of HISTORY_STORES, opened once per process.

    Raises KeyError for a name that is not in the settings.
    """
    chosen = settings.HISTORY_STORES[name or settings.HISTORY_STORE]
    return cast(HistoryStore, import_string(chosen["BACKEND"])(**chosen["OPTIONS"]))
