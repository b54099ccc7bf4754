"""Which rows of which tables a record, or its label, is."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from history.identifiers import day_of
from history.lists import of_kind
from history.stores.cassandra import models
from history.stores.cassandra.requests import Entry


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
