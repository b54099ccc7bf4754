"""The rows, by table, that hold a record."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from history.filters import list_keys, value_kept
from history.ids import day_of
from history.records import Record
from history.stores import rows
from history.stores.cassandra import tables
from history.stores.cassandra.partitions import partition_key
from history.stores.cassandra.requests import Entry


def of_record(record: Record) -> list[Entry]:
    """The rows of a record, without its drawing, in the table of all records and in its lists."""
    row = {**partition_key(record.id), **rows.of_summary(record)}
    return [(tables.Recognitions, row), *of_lists(list_keys(record), record.id)]


def of_drawing(record: Record) -> Entry:
    """The row of a record's drawing."""
    return tables.Drawings, {**partition_key(record.id), **rows.of_drawing(record)}


def of_lists(names: Iterable[str], record_id: UUID) -> list[Entry]:
    """The rows that add a record to lists."""
    day = day_of(record_id)
    return [(tables.RecognitionsByList, {"list": name, "day": day, "id": record_id}) for name in names]


def of_days(names: Iterable[str], day: date) -> list[Entry]:
    """The rows that tell that lists have entries on a day."""
    entries: list[Entry] = []
    for name in names:
        row = {"list": name, "day": day}
        entries += [(tables.DaysByList, row), (tables.ListsByDay, row)]
        if found := value_kept(name):
            kind, value = found
            entries.append((tables.ValuesByKind, {"kind": kind, "value": value}))
    return entries
