"""Circuit breakers: while the store does not answer, most requests do not wait for its time-out.

Records, reads and checks of the store have one each, so that slow reads do not keep records from the store.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal, TypeVar

from history.stores import open_store
from history.stores.base import HistoryStore, RecordNotFound, Refused, StoreUnavailable

FAILURES = 3
"""Number of failures in a row that open the circuit; fewer may concern single requests."""

RETRY_AFTER_S = 1.0
"""Time between a failure and the next attempt."""


READS_AT_ONCE = 8
"""Number of threads, of a process's 16, that may read at once."""

PLACE_TIMEOUT_S = 0.25

Result = TypeVar("Result")

_places = threading.BoundedSemaphore(READS_AT_ONCE)


class CircuitOpen(StoreUnavailable):
    """The store failed a moment ago, and the next attempt is not due yet."""


class CircuitBreaker:
    """After FAILURES in a row, allows one attempt at a time until one succeeds.

    Refuses all other attempts at once.
    Source: M. Nygard, Release It!, "Circuit Breaker".
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open_until: float | None = None
        self._trying = False
        self._failures = 0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Wraps an attempt. Raises CircuitOpen at once if no attempt is allowed now."""
        with self._lock:
            if self._open_until is not None:
                if self._trying or time.monotonic() < self._open_until:
                    raise CircuitOpen("The store failed a moment ago; the next attempt is not due yet")
                self._trying = True
        try:
            yield
        except StoreUnavailable as error:
            self._leave(failed=None if isinstance(error, Refused) else True)
            raise
        except RecordNotFound:
            self._leave(failed=False)
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
def circuit_breaker(
    purpose: Literal["records", "reads", "checks"] = "records",  # noqa: ARG001 -- the cache has one for each
) -> CircuitBreaker:
    """The circuit breaker between this process's requests and the store. The drainer does not use it."""
    return CircuitBreaker()


def read(ask: Callable[[HistoryStore], Result]) -> Result:
    """Read from the store. Raises CircuitOpen at once if it did not answer a moment ago.

    Also raises StoreUnavailable if many other reads wait for the store: drawings need threads, too.
    """
    with circuit_breaker("reads").attempt():
        if not _places.acquire(timeout=PLACE_TIMEOUT_S):
            raise StoreUnavailable(f"{READS_AT_ONCE} other reads wait for the store")
        try:
            return ask(open_store())
        finally:
            _places.release()
