"""The keyspace and its tables, made by numbered steps that only add.

Each step is a file of `steps/`, and is taken once: `schema_steps` in the keyspace says which were. Every
statement in them may be run twice without harm, so a step that was cut off is simply run again. A step, once
released, never changes: a new one is appended. Steps only add, so that web machines of the version before go
on working while a new version is brought in.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cassandra import ConsistencyLevel, DriverException
from cassandra.cluster import NoHostAvailable, Session
from cassandra.cqlengine import CQLEngineException
from cassandra.query import SimpleStatement

from history.stores.cassandra.engine import engine_session

MIGRATIONS = sorted((Path(__file__).parent / "migrations").glob("*.cql"))
DDL_TIMEOUT_S = 60.0
"""Every node of the cluster has to agree on a change."""


class SyncFailed(Exception):
    """The cluster could not be reached, or did not take a step."""


def sync(database: dict[str, Any], *, report: Callable[[str], None]) -> None:
    """Make the keyspace where there is none, and take the steps that it has not taken.

    database: an entry of Django's DATABASES. Run it on one machine at a time: Cassandra does not order
    changes of a schema that come from two. The replication of a keyspace that exists is left as it is.
    Raises SyncFailed.
    """
    try:
        with engine_session(database) as session:
            keyspace = _keyspace(session, database, report)
            _take_steps(session, keyspace, report)
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
        report(f"Settings ask for {wanted}: ALTER KEYSPACE changes it; a repair then fills the copies.")
    return keyspace


def _take_steps(session: Session, keyspace: str, report: Callable[[str], None]) -> None:
    session.set_keyspace(keyspace)
    _execute(session, "CREATE TABLE IF NOT EXISTS schema_steps (step text PRIMARY KEY, taken_at timestamp)")
    taken = {row["step"] for row in _execute(session, "SELECT step FROM schema_steps")}
    for path in MIGRATIONS:
        if path.stem not in taken:
            for statement in _statements(path.read_text()):
                _execute(session, statement)
            mark = "INSERT INTO schema_steps (step, taken_at) VALUES (%s, toTimestamp(now()))"
            _execute(session, mark, (path.stem,))
        report(f"Step {path.stem}: {'taken before' if path.stem in taken else 'taken'}")


def _statements(text: str) -> list[str]:
    """What ends with a semicolon at the end of a line; a text inside a statement may have one elsewhere."""
    without_comments = re.sub(r"^--.*$", "", text, flags=re.MULTILINE)
    return [found.strip() for found in re.split(r";\s*\n", without_comments + "\n") if found.strip()]


def _execute(session: Session, statement: str, values: tuple[Any, ...] | None = None) -> list[dict[str, Any]]:
    query = SimpleStatement(statement, consistency_level=ConsistencyLevel.QUORUM)
    return list(session.execute(query, values, timeout=DDL_TIMEOUT_S))
