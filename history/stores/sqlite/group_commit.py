"""Group commit: one sync to disk for several writes.

A commit with `synchronous=FULL` costs one sync, however many writes it contains. So the thread that gets the
file commits all waiting writes together with its own. No write waits for a timer, and every write returns
after its sync. Groups form only when writes wait.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager

from history.stores.base import StoreUnavailable
from history.stores.sqlite.file import transaction

Work = Callable[[sqlite3.Connection], None]
"""The statements of one write, run inside a transaction, possibly twice."""

LARGEST_GROUP = 64


class _Write:
    """One caller's work and its outcome."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.settled = False
        self.error: Exception | None = None

    def settle(self, error: Exception | None) -> None:
        self.settled, self.error = True, error


class GroupCommit:
    def __init__(self, connection: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
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
            if error is not None and len(group) > 1 and not _is_busy(error):
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
            return error
        return None


def _is_busy(error: Exception) -> bool:
    """Whether another process held the file for the whole time-out: retrying each write would wait again."""
    cause = error.__cause__ if error.__cause__ is not None else error
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
