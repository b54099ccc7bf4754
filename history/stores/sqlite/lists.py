"""Queries for the embedded store's lists, which follow an index and never sort or count."""

import sqlite3
from typing import Any
from uuid import UUID

from history.filters import ListFilter
from history.ids import bounds_of, time_ordered
from history.stores import rows

Query = tuple[str, list[Any]]
"""A statement and its values."""


def list_query(
    list_filter: ListFilter,
    *,
    limit: int,
    before: UUID | None = None,
    after: UUID | None = None,
    oldest_first: bool = False,
) -> Query:
    """The query for the records of a list between two others, from the newest or from the oldest."""
    table, conditions, values = "recognitions", [], list[Any]()
    if list_filter.name:
        table = "recognitions_by_list JOIN recognitions USING (key)"
        conditions.append("list = ?")
        values.append(list_filter.key)
    low, high = _bounds(list_filter, after, before)
    for comparison, bound in (("key > ?", low), ("key < ?", high)):
        if bound is not None:
            conditions.append(comparison)
            values.append(bound)
    columns, where = ", ".join(("key", *rows.SUMMARY_COLUMNS)), " AND ".join(conditions) or "1"
    order = "ASC" if oldest_first else "DESC"
    query = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY key {order} LIMIT ?"  # noqa: S608 -- the names are this package's own
    return query, [*values, limit]


def values_of(connection: sqlite3.Connection, criterion: str, *, limit: int) -> list[str]:
    """The values of a criterion that have lists, each found with one step along the index."""
    start, end = f"{criterion} ", f"{criterion}!"  # "!" is the character after the space.
    names: list[str] = []
    query = "SELECT MIN(list) FROM recognitions_by_list WHERE list > ? AND list < ?"
    last = criterion
    while len(names) < limit and (found := connection.execute(query, (last, end)).fetchone()[0]) is not None:
        names.append(found.removeprefix(start))
        last = found
    return names


def _bounds(
    list_filter: ListFilter, after: UUID | None, before: UUID | None
) -> tuple[bytes | None, bytes | None]:
    """The exclusive bounds of a query's keys. The bounds of a day are shorter than any key."""
    low = [time_ordered(after)] if after else []
    high = [time_ordered(before)] if before else []
    if list_filter.day is not None:
        first, end = bounds_of(list_filter.day)
        low, high = [*low, first], [*high, end]
    return max(low, default=None), min(high, default=None)
