"""A store in which a test can run a function at one moment of a request."""

from collections.abc import Callable
from typing import Any

from pytest_django import Settings

from history.stores import open_store
from history.stores.base import HistoryStore

Happening = Callable[[], object]


class Interleaved:
    """A real store, with functions that run once, right before or after a call of one of its methods."""

    groups_at_once = 1

    def __init__(self, inner: HistoryStore) -> None:
        self.before: dict[str, Happening] = {}
        """By the name of the method."""
        self.after: dict[str, Happening] = {}
        """They run before the caller gets the result."""
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def call(*positional: Any, **named: Any) -> Any:
            _once(self.before, name)
            try:
                return method(*positional, **named)
            finally:
                _once(self.after, name)

        return call


def _once(happenings: dict[str, Happening], name: str) -> None:
    if happening := happenings.pop(name, None):
        happening()


def interleaved(settings: Settings, inner: HistoryStore) -> Interleaved:
    """Make a store the site's store, as an Interleaved."""
    backend = f"{Interleaved.__module__}.{Interleaved.__qualname__}"
    settings.HISTORY_STORES = {"interleaved": {"BACKEND": backend, "OPTIONS": {"inner": inner}}}
    settings.HISTORY_STORE = "interleaved"
    open_store.cache_clear()
    opened = open_store()
    assert isinstance(opened, Interleaved)
    return opened
