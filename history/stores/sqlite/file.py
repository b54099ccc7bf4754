"""A durable SQLite file for many threads and processes, which commits concurrent writes in groups.

With `synchronous=FULL` SQLite syncs its write-ahead log to disk at every commit, so committed data survives a
power cut (https://sqlite.org/pragma.html#pragma_synchronous). A commit costs one sync, however many writes it
contains. So the thread that gets the file commits all waiting writes together with its own. No write waits
for a timer, and every write returns after its sync. Groups form only when writes wait.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from history.stores.base import StoreUnavailable
from history.stores.sqlite.headroom import Headroom, means_a_full_disk

Result = TypeVar("Result")

Migrations = tuple[tuple[str, ...], ...]
"""The migrations of a file, each a sequence of statements.

SQLite's `user_version` is the number of applied migrations. Never change a released migration; append a new
one.
"""

Work = Callable[[sqlite3.Connection], None]
"""The statements of one write, run inside a transaction, possibly twice."""

LARGEST_GROUP = 64

STATEMENTS = 512
"""Prepared statements that a connection keeps. Those that add several rows differ by their number."""

LONGEST_LOG_BYTES = 1 << 22
"""The log is shortened to this when it begins anew, which SQLite normally does at about this size."""


class SQLiteFile:
    def __init__(self, path: Path, *, migrations: Migrations, busy_timeout_s: float) -> None:
        self.path = path
        self.headroom = Headroom(path)
        self._migrations, self._busy_timeout_s = migrations, busy_timeout_s
        self._local = threading.local()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """The thread's own connection, opened at its first use, and again if the file has been replaced.

        Raises StoreUnavailable instead of SQLite's errors.
        """
        try:
            file = self._file()
            if file is None or getattr(self._local, "file", None) != file:
                self._local.connection = self._opened()
                self._local.file = self._file()
            yield self._local.connection
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"{self.path}: {error}") from error

    def removing(self, do: Callable[[], Result]) -> Result:
        """Do a removal; if the disk is too full for it, give up the reserve and do it again."""
        try:
            return do()
        except StoreUnavailable as error:
            if not means_a_full_disk(error.__cause__):
                raise
            with self.connection() as connection:
                self.headroom.give_up()
                # The removal now needs little more space: SQLite reuses the emptied log from its start.
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
            try:
                return do()
            finally:
                with self.connection() as connection:
                    # The next commit shortens the log. Otherwise there may be no space for a new reserve.
                    connection.execute("PRAGMA wal_checkpoint(RESTART)")
                    with transaction(connection):
                        touch(connection)

    def _file(self) -> tuple[int, int] | None:
        """The device and inode of the file. Writes to a file that has been moved away would be lost."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._open()
        except sqlite3.Error as error:
            # The log's index takes space, and without it nothing can be read or removed.
            if not means_a_full_disk(error) or self._file() is None:
                raise
            self.headroom.give_up()
            return self._open()

    def _open(self) -> sqlite3.Connection:
        # With isolation_level None each statement is a transaction of its own, committed when it returns.
        connection = sqlite3.connect(
            self.path,
            timeout=self._busy_timeout_s,
            isolation_level=None,
            cached_statements=STATEMENTS,
        )
        connection.row_factory = sqlite3.Row
        # SQLite's busy time-out does not apply to the switch to the write-ahead log.
        deadline = time.monotonic() + self._busy_timeout_s
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {LONGEST_LOG_BYTES}")
        upgrade(connection, self._migrations)
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction, exclusive from its start, and committed at the end of the block."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # A failed commit leaves the transaction open; some failures, such as a full disk, have already ended
        # it.
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def upgrade(connection: sqlite3.Connection, migrations: Migrations) -> None:
    """Apply the missing migrations. Several processes may do so at once.

    Raises sqlite3.DatabaseError for a file of a later version of this software, which older code could
    damage.
    """
    if _version(connection) > len(migrations):
        raise sqlite3.DatabaseError("the file was written by a later version of this software")
    if _version(connection) == len(migrations):
        return
    with transaction(connection):
        applied = _version(connection)  # Another process may have applied some in the meantime.
        for number, migration in enumerate(migrations[applied:], start=applied + 1):
            for statement in migration:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def touch(connection: sqlite3.Connection) -> None:
    """Write the same again: only a write shows whether the disk still accepts one."""
    connection.execute(f"PRAGMA user_version = {_version(connection)}")


def space(connection: sqlite3.Connection) -> tuple[int, int]:
    """The bytes of the file's pages that hold something, and of those that hold nothing any more."""
    page_bytes, pages, free = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    return (pages - free) * page_bytes, free * page_bytes


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


class _Write:
    """One caller's work and its outcome."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.settled = False
        self.error: Exception | None = None

    def settle(self, error: Exception | None) -> None:
        self.settled, self.error = True, error


class GroupCommit:
    """Commits the writes of all threads of a process."""

    def __init__(self, connection: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self.failed = False
        """Whether the file did not accept the last write."""
        self._connection = connection
        self._waiting: deque[_Write] = deque()
        self._turn = threading.Lock()

    def run(self, work: Work) -> None:
        """Return when the work is committed and synced. Raises the errors of the work and of its commit."""
        write = _Write(work)
        self._waiting.append(write)
        with self._turn:
            while not write.settled:
                self._commit_group()
        if write.error is not None:
            raise write.error

    def _commit_group(self) -> None:
        count = min(len(self._waiting), LARGEST_GROUP)
        group = [self._waiting.popleft() for _ in range(count)]
        try:
            error = self._attempt(group)
            if error is not None and len(group) > 1 and not is_busy(error):
                # A single write may have failed, and the others must still succeed.
                for write in group:
                    write.settle(self._attempt([write]))
                return
            for write in group:
                write.settle(error)
        finally:
            # If this thread is interrupted here, the others must not wait for ever.
            for write in group:
                if not write.settled:
                    write.settle(StoreUnavailable("the commit was interrupted"))

    def _attempt(self, group: list[_Write]) -> Exception | None:
        try:
            with self._connection() as connection, transaction(connection):
                for write in group:
                    write.work(connection)
        except Exception as error:  # noqa: BLE001 -- the writers raise it
            # Without a cause, the store has refused the record by itself.
            self.failed = isinstance(error, StoreUnavailable) and error.__cause__ is not None
            return error
        self.failed = False
        return None


def is_busy(error: Exception) -> bool:
    """Whether another process held the file for the whole time-out: retrying each write would wait again."""
    cause = error.__cause__ if error.__cause__ is not None else error
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
