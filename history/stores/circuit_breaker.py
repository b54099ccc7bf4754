"""Keeps a store that does not answer from costing every request its time-out."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from history.stores.base import Refused, StoreUnavailable

FAILURES = 3
"""So many in a row say that it is the store, and not one request's bad luck."""

RETRY_AFTER_S = 1.0
"""How long after a failure the next attempt is let through."""


class CircuitOpen(StoreUnavailable):
    """The store failed just now, and is not asked again yet."""


class CircuitBreaker:
    """After some failures in a row, lets one attempt through at a time until one succeeds.

    The others are refused at once.
    Source: M. Nygard, Release It!, "Circuit CircuitBreaker".
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open_until: float | None = None
        self._trying = False
        self._failures = 0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Wraps an attempt. Raises CircuitOpen at once when none is let through now."""
        with self._lock:
            if self._open_until is not None:
                if self._trying or time.monotonic() < self._open_until:
                    raise CircuitOpen("The store did not answer just now, and is given a moment")
                self._trying = True
        try:
            yield
        except StoreUnavailable as error:
            self._leave(failed=None if isinstance(error, Refused) else True)
            raise
        except BaseException:
            self._leave(failed=None)
            raise
        self._leave(failed=False)

    def _leave(self, *, failed: bool | None) -> None:
        with self._lock:
            self._trying = False
            if failed is not None:
                self._failures = self._failures + 1 if failed else 0
                broken = self._failures >= FAILURES
                self._open_until = time.monotonic() + RETRY_AFTER_S if broken else None


@cache
def circuit_breaker() -> CircuitBreaker:
    """The one between this process's requests and the store. What drains the outbox does without."""
    return CircuitBreaker()
