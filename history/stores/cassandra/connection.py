"""One process's connection to the cluster: made in the background, and tried again for ever.

A caller waits for it no longer than the time that the caller has.

The engine opens it from Django's settings. What the engine would do by itself is not enough: its lazy
connection makes each caller wait in turn while a cluster is down, a host name that cannot be resolved leaves
it broken for good, and its `reconnect()` drops the options that it has taken out of the settings.
"""

import logging
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Any

from history.stores.base import StoreUnavailable
from history.stores.cassandra.engine import EngineSession
from history.stores.cassandra.statements import Statements

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 1.0
"""How long a failed attempt stands for an answer, before the next one is made."""


class ClusterConnection:
    def __init__(self, database: dict[str, Any]) -> None:
        """database: an entry of Django's DATABASES."""
        self._keyspace: str = database["NAME"]
        self._engine = EngineSession(database)
        self._lock = threading.Lock()
        self._attempt: Future[Statements] | None = None
        self._failed_at = 0.0

    def statements(self, *, timeout_s: float) -> Statements:
        """What can be asked of the cluster. Raises StoreUnavailable when it cannot be reached in time."""
        try:
            return self._current_attempt().result(timeout=max(timeout_s, 0))
        except NotYet as error:
            raise StoreUnavailable("Cassandra has not answered yet") from error
        except Exception as error:
            raise StoreUnavailable(f"Cassandra cannot be reached: {error}") from error

    def close(self) -> None:
        """Leave the cluster. Whoever asks again connects again."""
        self._engine.close()

    def _current_attempt(self) -> "Future[Statements]":
        with self._lock:
            if self._attempt is None or self._is_over(self._attempt):
                self._attempt = Future()
                threading.Thread(
                    target=self._connect, args=(self._attempt,), name="cassandra-connect", daemon=True
                ).start()
            return self._attempt

    def _is_over(self, attempt: "Future[Statements]") -> bool:
        if not attempt.done():
            return False
        if attempt.exception() is not None:
            return time.monotonic() - self._failed_at > RETRY_AFTER_S
        return bool(attempt.result().session.is_shutdown)

    def _connect(self, attempt: "Future[Statements]") -> None:
        try:
            attempt.set_result(Statements(self._engine.open(), self._keyspace))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the next attempt may succeed
            logger.warning("No connection to Cassandra: %s", error)
            self._failed_at = time.monotonic()
            attempt.set_exception(error)
