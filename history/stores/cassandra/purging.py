"""Deletion of a day by whole partitions, with one tombstone each, regardless of their size."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice

from history.filters import EVERYTHING
from history.ids import midnight_us
from history.stores.cassandra import tables
from history.stores.cassandra.partitions import SHARDS, month_of
from history.stores.cassandra.requests import Entry, Requests
from history.stores.cassandra.tables import Table

AT_ONCE = 32
"""Number of deletions sent at once, with a common deadline."""

LISTS_AT_ONCE = 1000


def purge(open_requests: Callable[[], Requests], day: date) -> None:
    """Delete a day. Its entry in the list of all records goes last, so an interrupted purge resumes."""
    # Later than every write of that day, so that the deletion prevails over late deliveries from an outbox.
    written_us = max(time.time_ns() // 1000, midnight_us(day + timedelta(days=1)))
    for names in _lists(open_requests, day):
        _delete_all(open_requests, _of_lists(names, day), written_us)
    _delete_all(open_requests, _of_records(day), written_us)
    _delete_all(open_requests, _of_the_day(day), written_us)


def _lists(open_requests: Callable[[], Requests], day: date) -> Iterator[list[str]]:
    """The names of the day's lists, in pages: every visitor has one."""
    last = ""
    while True:
        requests = open_requests()
        values = {"day": day, "after": last, "count": LISTS_AT_ONCE}
        names = [row["list"] for row in requests.rows(requests.statements.lists, values)]
        yield names
        if len(names) < LISTS_AT_ONCE:
            return
        last = names[-1]


def _delete_all(open_requests: Callable[[], Requests], entries: Iterator[Entry], written_us: int) -> None:
    while some := list(islice(entries, AT_ONCE)):
        requests = open_requests()
        statements = requests.statements
        answers = [
            requests.send(
                statements.delete_day(table) if table in tables.DAY_KEYS else statements.delete(table),
                {**key, "written_us": written_us},
            )
            for table, key in some
        ]
        for answer in answers:
            answer.rows()


def _of_lists(names: list[str], day: date) -> Iterator[Entry]:
    of_lists: tuple[type[Table], ...] = (tables.RecognitionsByList, tables.DaysByList)
    for name in names:
        if name != EVERYTHING.key:
            yield from ((table, {"list": name, "day": day}) for table in of_lists)


def _of_records(day: date) -> Iterator[Entry]:
    for shard in SHARDS:
        yield from ((table, {"day": day, "shard": shard}) for table in tables.OF_RECORDS)


def _of_the_day(day: date) -> Iterator[Entry]:
    yield tables.Statistics, {"month": month_of(day), "day": day}
    yield tables.ListsByDay, {"day": day}
    yield tables.DaysByList, {"list": EVERYTHING.key, "day": day}
