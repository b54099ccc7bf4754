"""One sync to disk for all who wait for one.

A commit with `synchronous=FULL` costs a sync, alone or with many writes in it. So whoever finds the file free
commits its own write together with those that came meanwhile. Nothing waits for a timer, and nobody is
answered before the sync: groups form by themselves, and only where there is a crowd.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager

from history.stores.base import StoreUnavailable
from history.stores.sqlite.file import transaction

Work = Callable[[sqlite3.Connection], None]
"""Statements of one write, run inside a transaction and possibly twice."""

LARGEST_GROUP = 64


class _Write:
    """One caller's work, and what became of it."""

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
        """Return when the work is committed and synced. Raises what the work or its commit raised."""
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
                # One of them may be at fault alone, and the others must not pay for it.
                for write in group:
                    write.settle(self._attempt([write]))
                return
            for write in group:
                write.settle(error)
        finally:
            # Whoever is torn out in the middle must not leave the others waiting for ever.
            for write in group:
                if not write.settled:
                    write.settle(StoreUnavailable("the commit was interrupted"))

    def _attempt(self, group: list[_Write]) -> Exception | None:
        try:
            with self._connection() as connection, transaction(connection):
                for write in group:
                    write.work(connection)
        except Exception as error:  # noqa: BLE001 -- it is the writers', who raise it
            return error
        return None


def _is_busy(error: Exception) -> bool:
    """Whether another process held the file all the while: it would hold it for each one's turn again."""
    cause = error.__cause__ if error.__cause__ is not None else error
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
