"""What this process has counted, and how it gets into the store.

Each process writes what it has counted of a day as a whole, in a row of its own: a row that is written again
counts nothing twice, and no process waits for another (a PN-counter; Shapiro and others, "A comprehensive
study of convergent and commutative replicated data types", 2011). A crash loses a second of statistics.
"""

import secrets
import threading
from datetime import date
from functools import cache

from history.statistics.counts import Counts
from history.stores.base import HistoryStore


class StatisticsRecorder:
    def __init__(self) -> None:
        self._source = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._counts: dict[date, Counts] = {}
        self._unwritten: set[date] = set()

    def add(self, day: date, counts: Counts) -> None:
        with self._lock:
            self._counts[day] = self._counts.get(day, Counts()) + counts
            self._unwritten.add(day)

    def write(self, store: HistoryStore) -> None:
        """Write what has changed. Raises StoreUnavailable; what was not written is for the next time."""
        with self._lock:
            changed = {day: self._counts[day] for day in self._unwritten}
        for day, counts in changed.items():
            store.put_statistics(day, self._source, counts.to_json())
            with self._lock:
                if self._counts[day] is counts:
                    self._unwritten.discard(day)


@cache
def statistics_recorder() -> StatisticsRecorder:
    """The recorder of this process."""
    return StatisticsRecorder()
