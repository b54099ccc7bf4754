"""Writing many records to Cassandra at once: the rows that the store writes, but by partition, not by record.

A million records, written one after another as a site does, take hours on a small machine.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from cassandra.query import BatchStatement, BatchType

from history.filters import EVERYTHING, Criterion, list_keys, list_values
from history.ids import created_us, day_of
from history.records import Record
from history.stores.cassandra.entries import day_entries, drawing_entry, record_entries
from history.stores.cassandra.requests import Entry
from history.stores.cassandra.store import CassandraStore

ROWS = 50
"""Rows in a batch, whose size must stay below Cassandra's limit."""

ON_THE_WAY = 64

Timed = tuple[Entry, int]
"""A row, and when it was written, in microseconds."""


def write_in_bulk(store: CassandraStore, records: Iterable[Record]) -> None:
    """Write records that the store does not have yet."""
    statements = store._requests().statements  # noqa: SLF001 -- no product code writes like this
    on_the_way: deque[Any] = deque()
    for rows in _batches(records):
        batch = BatchStatement(BatchType.UNLOGGED)
        for (table, row), written_us in rows:
            values = {name: row[name] for name in table._columns}
            batch.add(statements.inserts[table], {**values, "written_us": written_us})
        on_the_way.append(statements.session.execute_async(batch, timeout=60))
        if len(on_the_way) > ON_THE_WAY:
            on_the_way.popleft().result()
    for answer in on_the_way:
        answer.result()


def _batches(records: Iterable[Record]) -> Iterator[list[Timed]]:
    """Rows, grouped by partition; each row that tells on which day a list has records comes only once."""
    partitions: dict[tuple[Any, ...], list[Timed]] = defaultdict(list)
    days: dict[tuple[str, date], tuple[list[tuple[Criterion, str]], int]] = {}
    for record in records:
        written_us, day = created_us(record.id), day_of(record.id)
        yield [(drawing_entry(record), written_us)]
        for table, row in record_entries(record):
            key = (table, *(row[name] for name in table._partition_keys))
            partitions[key].append(((table, row), written_us))
        for name in (EVERYTHING.key, *list_keys(record)):
            days.setdefault((name, day), (list_values(record), written_us))
    for rows in partitions.values():
        yield from _chunks(rows)
    yield from _chunks(
        (entry, written_us)
        for (name, day), (values, written_us) in days.items()
        for entry in day_entries([name], values, day)
    )


def _chunks(rows: Iterable[Timed]) -> Iterator[list[Timed]]:
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS)):
        yield some
