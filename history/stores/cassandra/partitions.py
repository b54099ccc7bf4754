"""Where in the cluster a record lies: its day and shard, which follow from its id."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from history.ids import day_of

SHARDS = tuple(range(16))
"""One day's records lie in so many partitions. Never to be changed: what was written would not be found.

A partition should stay below 100 MB: with drawings of 6 kB that is some 250,000 of them a day.
"""


def partition_key(record_id: UUID) -> dict[str, Any]:
    """The key of a record's rows: its day, in UTC, a shard from its random bits, and itself."""
    return {"day": day_of(record_id), "shard": record_id.node % len(SHARDS), "id": record_id}


def by_partition(record_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """The partitions that some records lie in, each with their ids."""
    found: dict[tuple[Any, Any], list[UUID]] = defaultdict(list)
    for key in map(partition_key, record_ids):
        found[key["day"], key["shard"]].append(key["id"])
    return [{"day": day, "shard": shard, "ids": ids} for (day, shard), ids in found.items()]


def month_of(day: date) -> date:
    """The partition of what was counted of a day: the first of its month."""
    return day.replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    """The months that some days are in, both ends included."""
    numbers = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
