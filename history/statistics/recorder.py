"""The counts of this process, and how it writes them to the store.

Each process writes its counts of a day as one row of its own. Writing a row again counts nothing twice, and
no process waits for another (a PN-counter; Shapiro and others, "A comprehensive study of convergent and
commutative replicated data types", 2011). A crash loses one second of statistics.
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
        """Write the changed days. Raises StoreUnavailable; the next call writes the rest."""
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
