"""The rows, by table, that hold a record, and a cache of those that many records have in common."""

import threading
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from history.filters import Criterion, list_keys
from history.ids import day_of
from history.records import Record
from history.stores import rows
from history.stores.cassandra import tables
from history.stores.cassandra.requests import Entry
from history.stores.cassandra.tables import partition_key

LARGEST_MEMORY = 10_000
"""Maximum number of remembered lists, at some 100 bytes each."""


def record_entries(record: Record) -> list[Entry]:
    """The rows of a record, without its drawing, in the table of all records and in its lists."""
    row = {**partition_key(record.id), **rows.from_summary(record)}
    return [(tables.Recognitions, row), *list_entries(list_keys(record), record.id)]


def drawing_entry(record: Record) -> Entry:
    """The row of a record's drawing."""
    return tables.Drawings, {**partition_key(record.id), **rows.from_drawing(record)}


def list_entries(names: Iterable[str], record_id: UUID) -> list[Entry]:
    """The rows that add a record to lists."""
    day = day_of(record_id)
    return [(tables.RecognitionsByList, {"list": name, "day": day, "id": record_id}) for name in names]


def day_entries(lists: Collection[str], values: Iterable[tuple[Criterion, str]], day: date) -> list[Entry]:
    """The rows that tell that lists have entries on a day, and which values of criteria have lists.

    values: the criteria and values of the record or label that belongs in these lists.
    """
    rows_of_lists: list[Entry] = [
        (table, {"list": name, "day": day})
        for name in lists
        for table in (tables.DaysByList, tables.ListsByDay)
    ]
    return rows_of_lists + [
        (tables.ValuesByKind, {"kind": criterion.name, "value": value})
        for criterion, value in values
        if criterion.keeps_values and criterion.key(value) in lists
    ]


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
