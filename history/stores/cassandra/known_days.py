"""A cache of list days that this process has already written."""

import threading
from collections.abc import Iterable
from datetime import date

LARGEST_MEMORY = 10_000
"""Maximum number of remembered lists, at some 100 bytes each."""


class KnownDays:
    """The lists that already have an entry for today, so that a process does not write it with each record.

    Older days, as of records from the outbox, are not remembered: they may have been purged since.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day = date.min
        self._lists: set[str] = set()

    def missing(self, lists: Iterable[str], day: date) -> list[str]:
        """The lists that are not known to have the day."""
        with self._lock:
            return [name for name in lists if day != self._day or name not in self._lists]

    def learn(self, lists: Iterable[str], day: date) -> None:
        """Remember that the lists have the day."""
        with self._lock:
            if day > self._day or len(self._lists) > LARGEST_MEMORY:
                self._day, self._lists = max(day, self._day), set()
            if day == self._day:
                self._lists.update(lists)
