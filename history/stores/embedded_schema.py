"""The embedded store's tables, as numbered steps that only add.

SQLite's `user_version` counts the steps that a file has taken. A step, once released, never changes: a new
one is appended.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
    CREATE TABLE recognitions (
        key BLOB PRIMARY KEY NOT NULL, -- the id in the order of time
        visitor TEXT NOT NULL,
        origin TEXT NOT NULL,
        model TEXT NOT NULL,
        latency_ms REAL NOT NULL,
        digits TEXT NOT NULL, -- JSON
        strokes TEXT NOT NULL, -- JSON
        media_type TEXT NOT NULL,
        drawing BLOB NOT NULL
    ) STRICT
        """,
        "CREATE INDEX recognitions_by_visitor ON recognitions (visitor, key)",
    ),
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Take the steps that a file has not taken yet. Several processes may do so at once.

    Raises sqlite3.DatabaseError for a file of a later version of this software, which it would damage.
    """
    if _taken(connection) > len(STEPS):
        raise sqlite3.DatabaseError("the file was written by a later version of this software")
    if _taken(connection) == len(STEPS):
        return
    with _alone(connection):
        for number, step in enumerate(STEPS[_taken(connection) :], start=_taken(connection) + 1):
            for statement in step:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def touch(connection: sqlite3.Connection) -> None:
    """Commit a write that changes nothing: only that shows whether the disk still takes one."""
    with _alone(connection):
        connection.execute(f"PRAGMA user_version = {_taken(connection)}")


@contextmanager
def _alone(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that no other process's can come between."""
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _taken(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
