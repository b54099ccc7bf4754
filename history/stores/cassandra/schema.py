"""The keyspace and its tables, created and changed by numbered migrations.

Each migration is a file in `migrations/`. The table `schema_steps` in the keyspace records the applied ones.
Every statement may safely run twice, so an interrupted migration is simply applied again. Never change a
released migration; append a new one. Migrations only add, so that web machines with the previous version
continue to work during an upgrade.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cassandra import ConsistencyLevel, DriverException
from cassandra.cluster import NoHostAvailable, Session
from cassandra.cqlengine import CQLEngineException
from cassandra.query import SimpleStatement

from history.stores.cassandra.connection import engine_session

MIGRATIONS = sorted((Path(__file__).parent / "migrations").glob("*.cql"))
DDL_TIMEOUT_S = 60.0
"""All nodes of the cluster must agree on a change of the schema."""


class SyncFailed(Exception):
    """The cluster could not be reached, or rejected a migration."""


def sync(database: dict[str, Any], *, report: Callable[[str], None]) -> None:
    """Create the keyspace if it does not exist, and apply the missing migrations.

    database: an entry of Django's DATABASES. Run this on one machine at a time: Cassandra does not order
    schema changes that come from two machines. The replication of an existing keyspace is left unchanged.
    Raises SyncFailed.
    """
    try:
        with engine_session(database) as session:
            keyspace = _keyspace(session, database, report)
            _apply_migrations(session, keyspace, report)
    except (DriverException, NoHostAvailable, CQLEngineException, OSError) as error:
        raise SyncFailed(f"The schema is not complete: {error}") from error


def _keyspace(session: Session, database: dict[str, Any], report: Callable[[str], None]) -> str:
    keyspace: str = database["NAME"]
    wanted = {name: str(value) for name, value in database["OPTIONS"]["replication"].items()}
    options = ", ".join(f"'{name}': '{value}'" for name, value in wanted.items())
    _execute(session, f"CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = {{{options}}}")
    query = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = %s"
    found = dict(_execute(session, query, (keyspace,))[0]["replication"])
    found["class"] = found["class"].rpartition(".")[2]
    report(f"Keyspace {keyspace}: {found}")
    if found != wanted:
        report(f"The settings ask for {wanted}. To change it, run ALTER KEYSPACE, and then a repair.")
    return keyspace


def _apply_migrations(session: Session, keyspace: str, report: Callable[[str], None]) -> None:
    session.set_keyspace(keyspace)
    _execute(session, "CREATE TABLE IF NOT EXISTS schema_steps (step text PRIMARY KEY, taken_at timestamp)")
    applied = {row["step"] for row in _execute(session, "SELECT step FROM schema_steps")}
    for path in MIGRATIONS:
        if path.stem not in applied:
            text = re.sub(r"^--.*$", "", path.read_text(), flags=re.MULTILINE)
            # Each statement ends with a semicolon at the end of a line.
            for statement in filter(None, map(str.strip, re.split(r";\s*\n", f"{text}\n"))):
                _execute(session, statement)
            mark = "INSERT INTO schema_steps (step, taken_at) VALUES (%s, toTimestamp(now()))"
            _execute(session, mark, (path.stem,))
        report(f"Migration {path.stem}: {'applied before' if path.stem in applied else 'applied'}")


def _execute(session: Session, statement: str, values: tuple[Any, ...] | None = None) -> list[dict[str, Any]]:
    query = SimpleStatement(statement, consistency_level=ConsistencyLevel.QUORUM)
    return list(session.execute(query, values, timeout=DDL_TIMEOUT_S))
