"""Which rows of which tables a record, or its label, is."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from history.identifiers import day_of
from history.lists import names_of, of_kind
from history.records import Record
from history.stores import rows
from history.stores.cassandra import models
from history.stores.cassandra.partitions import where
from history.stores.cassandra.requests import Entry


def of_record(record: Record) -> list[Entry]:
    """A record in everything and in its lists, without its drawing."""
    row = {**where(record.id), **rows.of_summary(record)}
    return [(models.Recognition, row), *of_lists(names_of(record), record.id)]


def of_drawing(record: Record) -> Entry:
    """The rest of it."""
    return models.Drawing, {**where(record.id), **rows.of_drawing(record)}


def of_lists(names: Iterable[str], record_id: UUID) -> list[Entry]:
    """A record in some lists."""
    day = day_of(record_id)
    return [(models.RecognitionByList, {"list": name, "day": day, "id": record_id}) for name in names]


def of_days(names: Iterable[str], day: date) -> list[Entry]:
    """That some lists have something on a day."""
    entries: list[Entry] = []
    for name in names:
        row = {"list": name, "day": day}
        entries += [(models.DayOfList, row), (models.ListOfDay, row)]
        if found := of_kind(name):
            kind, value = found
            entries.append((models.ValueOfKind, {"kind": kind, "value": value}))
    return entries
