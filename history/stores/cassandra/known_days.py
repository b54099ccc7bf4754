"""What a process knows to be written already."""

import threading
from collections.abc import Iterable
from datetime import date

LARGEST_MEMORY = 10_000
"""So many lists are remembered in one day, each some 100 bytes."""


class KnownDays:
    """The lists that are known to have today: each process writes a day once, and not with each record.

    An older day, as of a record that waited in the outbox, is not remembered: it may have been purged since.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day = date.min
        self._lists: set[str] = set()

    def missing(self, lists: Iterable[str], day: date) -> list[str]:
        """Those lists that are not known to have a day."""
        with self._lock:
            return [name for name in lists if day != self._day or name not in self._lists]

    def learn(self, lists: Iterable[str], day: date) -> None:
        """The lists have that day now."""
        with self._lock:
            if day > self._day or len(self._lists) > LARGEST_MEMORY:
                self._day, self._lists = max(day, self._day), set()
            if day == self._day:
                self._lists.update(lists)
