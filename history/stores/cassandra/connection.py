"""A process's connection to the cluster, opened in the background, with retries until it succeeds.

No caller waits for it longer than its own time-out.

The engine opens the connection from Django's settings. Its own lazy connection is not enough: while a cluster
is down it makes callers wait one after another, after a host name that cannot be resolved it never recovers,
and its `reconnect()` loses the options that it has removed from the settings.
"""

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from typing import Any

from cassandra.cluster import Session
from cassandra.cqlengine import connection as registry
from django_cassandra_engine.connection import CassandraConnection

from history.stores.base import StoreUnavailable
from history.stores.cassandra.statements import Statements

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 1.0
"""Time between a failed attempt and the next one; meanwhile callers get the failure at once."""


class EngineSession:
    """One session under a unique name: the engine registers all sessions of the process by name."""

    def __init__(self, database: dict[str, Any]) -> None:
        self._database = database
        self._alias = f"history-{uuid.uuid4()}"

    def open(self) -> Session:
        """A new session, in place of the previous one. Raises the driver's errors."""
        self.close()
        # The engine removes options from the dictionaries that it gets, and the next session needs them
        # again.
        options = self._database["OPTIONS"]
        own = {**self._database, "OPTIONS": {**options, "connection": dict(options["connection"])}}
        return CassandraConnection(self._alias, **own).session

    def close(self) -> None:
        registry.unregister_connection(self._alias)


@contextmanager
def engine_session(database: dict[str, Any]) -> Iterator[Session]:
    """A session that is closed after the block."""
    session = EngineSession(database)
    try:
        yield session.open()
    finally:
        session.close()


class ClusterConnection:
    def __init__(self, database: dict[str, Any]) -> None:
        """database: an entry of Django's DATABASES."""
        self._keyspace: str = database["NAME"]
        self._engine = EngineSession(database)
        self._lock = threading.Lock()
        self._attempt: Future[Statements] | None = None
        self._failed_at = 0.0

    def statements(self, *, timeout_s: float) -> Statements:
        """The prepared statements. Raises StoreUnavailable if the cluster cannot be reached in time."""
        try:
            return self._current_attempt().result(timeout=max(timeout_s, 0))
        except NotYet as error:
            raise StoreUnavailable("Cassandra has not answered yet") from error
        except Exception as error:
            raise StoreUnavailable(f"Cassandra cannot be reached: {error}") from error

    def close(self) -> None:
        """Disconnect. The next request connects again."""
        self._engine.close()

    def _current_attempt(self) -> "Future[Statements]":
        with self._lock:
            if self._attempt is None or self._is_over(self._attempt):
                # If the system has no thread left, start() raises, and must leave no attempt to wait for.
                attempt: Future[Statements] = Future()
                threading.Thread(
                    target=self._connect, args=(attempt,), name="cassandra-connect", daemon=True
                ).start()
                self._attempt = attempt
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
        except Exception as error:  # noqa: BLE001 -- the next attempt may succeed after any error
            logger.warning("No connection to Cassandra: %s", error)
            self._failed_at = time.monotonic()
            attempt.set_exception(error)
