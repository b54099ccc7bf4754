"""Sessions that django-cassandra-engine opens from an entry of Django's DATABASES."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cassandra.cluster import Session
from cassandra.cqlengine import connection as registry
from django_cassandra_engine.connection import CassandraConnection


class EngineSession:
    """One session under a name of its own: the engine keeps them in a register of the whole process."""

    def __init__(self, database: dict[str, Any]) -> None:
        self._database = database
        self._alias = f"history-{uuid.uuid4()}"

    def open(self) -> Session:
        """A fresh session, in place of the one before. Raises whatever the driver raises."""
        self.close()
        # The engine takes options out of what it is given, and the next session needs them too.
        options = self._database["OPTIONS"]
        own = {**self._database, "OPTIONS": {**options, "connection": dict(options["connection"])}}
        return CassandraConnection(self._alias, **own).session

    def close(self) -> None:
        registry.unregister_connection(self._alias)


@contextmanager
def engine_session(database: dict[str, Any]) -> Iterator[Session]:
    """A session for as long as the block."""
    session = EngineSession(database)
    try:
        yield session.open()
    finally:
        session.close()
