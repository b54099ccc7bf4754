"""Sessions that django-cassandra-engine opens from an entry of Django's DATABASES."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cassandra.cluster import Session
from cassandra.cqlengine import connection as registry
from django_cassandra_engine.connection import CassandraConnection


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
