"""Deletion of a day by whole partitions, with one tombstone each, regardless of their size."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from history.filters import EVERYTHING
from history.ids import midnight_us
from history.stores.cassandra import tables
from history.stores.cassandra.requests import Entry, Requests
from history.stores.cassandra.tables import SHARDS, month_of

AT_ONCE = 32
"""Number of deletions sent at once, with a common deadline."""

LISTS_AT_ONCE = 1000


def purge(open_requests: Callable[[], Requests], day: date) -> None:
    """Delete a day. Its entry in the list of all records goes last, so an interrupted purge resumes."""
    # Later than every write of that day, so that the deletion prevails over late deliveries from an outbox.
    written_us = max(time.time_ns() // 1000, midnight_us(day + timedelta(days=1)))
    for names in _lists(open_requests, day):
        of_lists: list[Entry] = [
            (table, {"list": name, "day": day})
            for name in names
            if name != EVERYTHING.key
            for table in (tables.RecognitionsByList, tables.DaysByList)
        ]
        _delete_all(open_requests, of_lists, written_us)
    of_records: list[Entry] = [
        (table, {"day": day, "shard": shard}) for shard in SHARDS for table in tables.OF_RECORDS
    ]
    of_the_day: list[Entry] = [
        (tables.Statistics, {"month": month_of(day), "day": day}),
        (tables.ListsByDay, {"day": day}),
        (tables.DaysByList, {"list": EVERYTHING.key, "day": day}),
    ]
    _delete_all(open_requests, of_records, written_us)
    _delete_all(open_requests, of_the_day, written_us)


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


def _delete_all(open_requests: Callable[[], Requests], entries: list[Entry], written_us: int) -> None:
    for start in range(0, len(entries), AT_ONCE):
        requests = open_requests()
        statements = requests.statements
        pending = [
            requests.send(
                statements.day_deletes[table] if table in tables.DAY_KEYS else statements.deletes[table],
                {**key, "written_us": written_us},
            )
            for table, key in entries[start : start + AT_ONCE]
        ]
        for response in pending:
            response.rows()
