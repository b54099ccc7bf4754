"""Reading a list: from its newest or oldest record, day by day, up to a limit.

Each list is partitioned by day. `days_by_list` holds the days on which it has entries, so reading a list with
one record a year costs no more than reading one with a thousand a day. A list contains ids; the records are
read by id.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from history.filters import ListFilter
from history.ids import day_of
from history.records import Summary
from history.stores import rows
from history.stores.cassandra.requests import Requests, Row
from history.stores.cassandra.statements import NEWEST_FIRST, Direction

MOST_AHEAD = 16
"""Maximum number of days of a list that are read at once."""


def read_list(
    requests: Requests, list_filter: ListFilter, way: Direction, *, limit: int, start: UUID | None
) -> list[Summary]:
    """At most `limit` records of a list after `start`."""
    found: list[Summary] = []
    start = start or way.start
    while (missing := limit - len(found)) > 0:
        listed = _listed(requests, list_filter, way, limit=missing, start=start)
        found += _current(requests, list_filter, listed)
        if len(listed) < missing:
            break
        start = listed[-1]["id"]
    return found


def _listed(
    requests: Requests, list_filter: ListFilter, way: Direction, *, limit: int, start: UUID
) -> list[Row]:
    found: list[Row] = []
    days, ahead = _days(requests, list_filter, way, start=day_of(start), at_once=limit), 1
    one_day = requests.statements.one_list[way] if list_filter.name else requests.statements.everything[way]
    while len(found) < limit and (some := list(islice(days, ahead))):
        values = {"list": list_filter.key, "start": start, "count": limit - len(found)}
        pending = [requests.send(one_day, {**values, "day": day}) for day in some]
        found += [row for response in pending for row in response.rows()]
        ahead = min(2 * ahead, MOST_AHEAD)
    return found[:limit]


def _days(
    requests: Requests, list_filter: ListFilter, way: Direction, *, start: date, at_once: int
) -> Iterator[date]:
    """The days on which a list has entries, in order."""
    if list_filter.day is not None:
        passed = list_filter.day > start if way is NEWEST_FIRST else list_filter.day < start
        yield from [] if passed else [list_filter.day]
        return
    while True:
        values = {"list": list_filter.key, "day": start, "count": at_once}
        days = [row["day"].date() for row in requests.rows(requests.statements.days[way], values)]
        yield from days
        if len(days) < at_once:
            return
        start = days[-1] + timedelta(days=way.step_days)


def _current(requests: Requests, list_filter: ListFilter, listed: list[Row]) -> list[Summary]:
    """The records of a list's rows, except those that have been deleted or no longer have the list's label.

    Such rows remain if two people label a record at once, or if one labels it while another deletes it.
    """
    if not list_filter.name:
        return [rows.to_summary(row["id"], row) for row in listed]
    ids = [row["id"] for row in listed]
    known = requests.by_id(requests.statements.summaries, ids)
    summaries = [rows.to_summary(each, known[each]) for each in ids if each in known]
    if not list_filter.depends_on_label:
        return summaries
    labels = requests.by_id(requests.statements.labels, ids)
    return [each for each in summaries if list_filter.has(each, labels.get(each.id, {}).get("label"))]
