"""The tables with their columns, as models of django-cassandra-engine, and the keys of their partitions.

The store's statements are built from these models; a test compares them with the tables that the migrations
create. The engine's querysets are not used: they put values into a statement's text, and always add ALLOW
FILTERING.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from cassandra.cqlengine import columns
from django_cassandra_engine.models import DjangoCassandraModel

from history.ids import day_of


class Table(DjangoCassandraModel):  # type: ignore[misc]  # the engine has no types
    __abstract__ = True

    class Meta:
        app_label = "history"
        get_pk_field = "day"


class ByRecord(Table):
    """A table whose partitions follow from a record's id."""

    __abstract__ = True
    day = columns.Date(partition_key=True)
    shard = columns.TinyInt(partition_key=True)
    id = columns.TimeUUID(primary_key=True, clustering_order="DESC")


class Recognitions(ByRecord):
    __table_name__ = "recognitions"
    visitor = columns.Text()
    origin = columns.Text()
    model = columns.Text()
    latency_ms = columns.Double()
    digits = columns.Text()


class Drawings(ByRecord):
    __table_name__ = "drawings"
    strokes = columns.Text()
    media_type = columns.Text()
    drawing = columns.Blob()
    inputs = columns.Blob()


class Labels(ByRecord):
    __table_name__ = "labels"
    label = columns.Text()
    given_by = columns.Text()
    given_at_us = columns.BigInt()


class Shares(ByRecord):
    __table_name__ = "shares"
    link_key = columns.Text()
    until_us = columns.BigInt()
    changed_at_us = columns.BigInt()


class RecognitionsByList(Table):
    __table_name__ = "recognitions_by_list"
    list = columns.Text(partition_key=True)
    day = columns.Date(partition_key=True)
    id = columns.TimeUUID(primary_key=True, clustering_order="DESC")


class DaysByList(Table):
    __table_name__ = "days_by_list"
    list = columns.Text(partition_key=True)
    day = columns.Date(primary_key=True, clustering_order="DESC")


class ListsByDay(Table):
    __table_name__ = "lists_by_day"
    day = columns.Date(partition_key=True)
    list = columns.Text(primary_key=True)


class ValuesByKind(Table):
    __table_name__ = "values_by_kind"
    kind = columns.Text(partition_key=True)
    value = columns.Text(primary_key=True)

    class Meta:
        app_label = "history"
        get_pk_field = "kind"


class Statistics(Table):
    __table_name__ = "tallies"
    month = columns.Date(partition_key=True)
    day = columns.Date(primary_key=True, clustering_order="DESC")
    source = columns.Text(primary_key=True)
    content = columns.Text()


class Deletions(Table):
    __table_name__ = "deletions"
    day_sha256 = columns.Blob(partition_key=True)
    sha256 = columns.Blob(primary_key=True)

    class Meta:
        app_label = "history"
        get_pk_field = "day_sha256"


OF_RECORDS: tuple[type[ByRecord], ...] = (Recognitions, Drawings, Labels, Shares)
"""The tables with one row per record."""

BY_DAY: tuple[type[Table], ...] = (*OF_RECORDS, RecognitionsByList, ListsByDay)
"""The tables in which each partition belongs to one day."""

DAY_KEYS: dict[type[Table], tuple[str, ...]] = {
    **{table: tuple(table._partition_keys) for table in BY_DAY},
    Statistics: ("month", "day"),
}
"""The key columns with which one statement deletes a table's rows of a day, or a part of them."""

TABLES: tuple[type[Table], ...] = (*BY_DAY, DaysByList, ValuesByKind, Statistics)
"""All but Deletions, whose rows are not deleted, but expire."""

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
