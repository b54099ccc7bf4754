"""Counts of a day's drawings and labels, updated with each change, so that no page has to count records.

Processes count separately; the sum of their counts is the day's total, in any order. A deletion subtracts.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


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
