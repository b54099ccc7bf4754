"""Partition keys: the day and the shard of a record, computed from its id."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from history.ids import day_of

SHARDS = tuple(range(16))
"""The partitions of a day's records. Never change them: the site would not find existing records.

A partition should stay below 100 MB, which allows for some 250,000 drawings of 6 kB a day.
"""


def partition_key(record_id: UUID) -> dict[str, Any]:
    """The key of a record's rows: its day (UTC), a shard from its id's random bits, and the id."""
    return {"day": day_of(record_id), "shard": record_id.node % len(SHARDS), "id": record_id}


def by_partition(record_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """The partitions of some records, each with the ids in it."""
    found: dict[tuple[Any, Any], list[UUID]] = defaultdict(list)
    for key in map(partition_key, record_ids):
        found[key["day"], key["shard"]].append(key["id"])
    return [{"day": day, "shard": shard, "ids": ids} for (day, shard), ids in found.items()]


def month_of(day: date) -> date:
    """The partition of a day's statistics: the first day of its month."""
    return day.replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    """The months from `first` to `last`, each as its first day."""
    numbers = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
