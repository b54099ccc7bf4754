"""Counts of a day's drawings and labels, updated with each change, so that no page has to count records.

Each process counts separately, and writes its counts of a day as one row of its own. The sum of the rows is
the day's total, in any order; a deletion subtracts. Writing a row again counts nothing twice, and no process
waits for another (a PN-counter; Shapiro and others, "A comprehensive study of convergent and commutative
replicated data types", 2011). A crash loses one second of statistics.
"""

import json
import logging
import secrets
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from history.ids import day_of
from history.stores.base import HistoryStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """Integers by name, without zeros."""

    by_name: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def total(cls, several: Iterable["Counts"]) -> "Counts":
        total: Counter[str] = Counter()
        for counts in several:
            total.update(counts.by_name)
        return cls({name: count for name, count in total.items() if count})

    @classmethod
    def from_json(cls, content: str) -> "Counts":
        return cls(json.loads(content))

    def to_json(self) -> str:
        return json.dumps(self.by_name, separators=(",", ":"), sort_keys=True)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts.total([self, other])

    def __sub__(self, other: "Counts") -> "Counts":
        return self + Counts({name: -count for name, count in other.by_name.items()})

    def __getitem__(self, name: str) -> int:
        """At least 0: a count is negative briefly when a decrement arrives before its increment."""
        return max(0, self.by_name.get(name, 0))

    @property
    def drawings(self) -> int:
        return self["drawings"]

    @property
    def labels(self) -> int:
        return self["labelled"]


DailyCounts = dict[date, Counts]
"""The counts of each day, the oldest first."""


class StatisticsRecorder:
    """The counts of this process, until they are written to the store."""

    def __init__(self) -> None:
        self._source = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._counts: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self._unwritten: set[date] = set()

    def add(self, day: date, counts: Counts) -> None:
        with self._lock:
            self._counts[day].update(counts.by_name)
            self._unwritten.add(day)

    def write(self, store: HistoryStore) -> None:
        """Write the changed days. Raises StoreUnavailable; the next call writes the rest."""
        with self._lock:
            changed = {day: self._counts[day].copy() for day in self._unwritten}
        for day, counts in changed.items():
            store.put_statistics(day, self._source, Counts.total([Counts(counts)]).to_json())
            with self._lock:
                if self._counts[day] == counts:
                    self._unwritten.discard(day)


@cache
def statistics_recorder() -> StatisticsRecorder:
    """The recorder of this process."""
    return StatisticsRecorder()


def count(record_id: UUID, change: Callable[[], Counts]) -> None:
    """Count a stored change. A metric that fails must not fail the request, which would be repeated."""
    try:
        statistics_recorder().add(day_of(record_id), change())
    except Exception:
        logger.exception("A change of record %s was not counted", record_id)
