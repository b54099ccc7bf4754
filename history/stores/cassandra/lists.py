"""The lists that records are in, and how a list is read: newest first, day by day, up to its limit.

Each list is partitioned by day. `days_by_list` says on which days it has anything, so a list with one record
a year costs no more to read than one with a thousand a day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from history.identifiers import day_of
from history.records import Summary
from history.stores import rows
from history.stores.base import Wanted
from history.stores.cassandra.partitions import where
from history.stores.cassandra.requests import Answer, Requests, Row

LATEST = UUID("ffffffff-ffff-1fff-bf7f-7f7f7f7f7f7f")
"""The last of all time UUIDs as Cassandra orders them; it stands for a time in the year 5236."""

MOST_AHEAD = 16
"""Of so many days at most a list is asked for at once."""


def name_of(wanted: Wanted) -> str:
    """A list's name in days_by_list."""
    if wanted.visitor is not None:
        return f"visitor {wanted.visitor}"
    if wanted.digit is not None:
        return f"digit {wanted.digit}"
    return "all" if wanted.label is None else f"label {wanted.label}"


def lists_of(summary: Summary) -> list[Wanted]:
    """The lists that a new record is in. Nobody's drawings are no list: nobody may ask for it."""
    digits = sorted({found.digit for found in summary.digits})
    visitors = [Wanted(visitor=summary.visitor)] if summary.visitor else []
    return [Wanted(), *visitors, *(Wanted(digit=digit) for digit in digits)]


def newest(requests: Requests, wanted: Wanted, *, limit: int, before: UUID) -> list[Summary]:
    """At most `limit` records of a list that were made before another."""
    found: list[Summary] = []
    while (missing := limit - len(found)) > 0:
        read = _read(requests, wanted, limit=missing, before=before)
        found += read if wanted.label is None else _still_labelled(requests, read, wanted.label)
        if len(read) < missing:
            break
        before = read[-1].id
    return found


def _read(requests: Requests, wanted: Wanted, *, limit: int, before: UUID) -> list[Summary]:
    found: list[Summary] = []
    days, ahead = _days(requests, wanted, until=day_of(before), at_once=limit), 1
    while len(found) < limit and (some := list(islice(days, ahead))):
        answers = [_ask(requests, wanted, day, limit=limit - len(found), before=before) for day in some]
        found += [rows.to_summary(row["id"], row) for answer in answers for row in answer.rows()]
        ahead = min(2 * ahead, MOST_AHEAD)
    return found[:limit]


def _days(requests: Requests, wanted: Wanted, *, until: date, at_once: int) -> Iterator[date]:
    """The days on which a list has anything, the newest first."""
    if wanted.day is not None:
        yield from [wanted.day] if wanted.day <= until else []
        return
    while True:
        values = {"list": name_of(wanted), "day": until, "count": at_once}
        days = [row["day"].date() for row in requests.rows(requests.statements.days, values)]
        yield from days
        if len(days) < at_once:
            return
        until = days[-1] - timedelta(days=1)


def _ask(requests: Requests, wanted: Wanted, day: date, *, limit: int, before: UUID) -> Answer:
    """Ask for a list's newest records of one day."""
    statements, values = requests.statements, {"day": day, "before": before, "count": limit}
    if wanted.visitor is not None:
        return requests.send(statements.newest_by_visitor, {**values, "key": wanted.visitor})
    if wanted.digit is not None:
        return requests.send(statements.newest_by_digit, {**values, "key": wanted.digit})
    if wanted.label is not None:
        return requests.send(statements.newest_by_label, {**values, "key": wanted.label})
    return requests.send(statements.newest, values)


def _still_labelled(requests: Requests, read: list[Summary], label: str) -> list[Summary]:
    """Those that have the label now. Two people who label at once may leave a record in two lists."""
    one = requests.statements.one_label
    answers = [requests.send(one, where(summary.id)) for summary in read]
    labels: list[list[Row]] = [answer.rows() for answer in answers]
    return [s for s, found in zip(read, labels, strict=True) if found and found[0]["label"] == label]
