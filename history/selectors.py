"""What reads the history."""

import base64
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from history.identifiers import days_between, time_ordered
from history.lists import Wanted
from history.outbox import open_outbox
from history.records import Label, Record, Summary
from history.stores import open_store
from history.stores.base import RecordNotFound
from history.tallies import Tally

PAGE_SIZE = 24


DayTallies = dict[date, Tally]
"""What was counted of each day, the oldest first."""


class BadCursor(ValueError):
    """The cursor is none that this site gave out."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the history: a visitor has what that visitor drew; staff what the admin permits them."""

    visitor: str = ""
    name: str = ""
    """Of who is logged in."""
    views_all: bool = False
    changes_all: bool = False
    deletes_all: bool = False

    def may_see(self, summary: Summary) -> bool:
        return self.views_all or self.drew(summary)

    def may_label(self, summary: Summary) -> bool:
        return self.drew(summary) or (self.views_all and self.changes_all)

    def may_delete(self, summary: Summary) -> bool:
        return self.drew(summary) or (self.views_all and self.deletes_all)

    def drew(self, summary: Summary) -> bool:
        return bool(self.visitor and summary.visitor == self.visitor)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, the newest first."""

    records: list[Summary]
    older: str | None
    """The cursor of the next page, or None on the last one."""


def page(*, viewer: Viewer, cursor: str = "", limit: int = PAGE_SIZE) -> Page:
    """The records that a viewer may see, from a cursor on. Raises BadCursor and StoreUnavailable."""
    before = _from_cursor(cursor) if cursor else None
    if not viewer.views_all and not viewer.visitor:
        return Page(records=[], older=None)
    wanted = Wanted(visitor=None if viewer.views_all else viewer.visitor)
    records = _newest(limit=limit + 1, before=before, wanted=wanted)
    older = _to_cursor(records[limit - 1].id) if len(records) > limit else None
    return Page(records=records[:limit], older=older)


def record_for(viewer: Viewer, record_id: UUID) -> Record:
    """One record, whole. Raises RecordNotFound, for one that the viewer may not see too."""
    record = _get(record_id)
    if not viewer.may_see(record):
        raise RecordNotFound(record_id)
    return record


def label_of(record: Record) -> Label | None:
    """What a person said that it shows, if anybody did. What waits in the outbox has no label yet."""
    return None if _waiting(record.id) else open_store().label(record.id)


def tallies_of(*, first: date, last: date) -> DayTallies:
    """What was counted of each day, both ends included, also where nothing was. Raises StoreUnavailable."""
    counted: dict[date, list[Tally]] = {day: [] for day in days_between(first, last)}
    for day, _, content in open_store().tallies(first, last):
        counted[day].append(Tally.from_json(content))
    return {day: Tally.total(tallies) for day, tallies in counted.items()}


def _newest(*, limit: int, before: UUID | None, wanted: Wanted) -> list[Summary]:
    """A list with what waits in this host's outbox in its place: who drew it looks for it at once.

    The outbox is read first: what leaves it meanwhile is in the store by then.
    """
    outbox = open_outbox()
    waiting = outbox.newest(limit=limit, before=before, wanted=wanted) if outbox else []
    stored = open_store().newest(limit=limit, before=before, wanted=wanted)
    if not waiting:
        return stored
    merged = {summary.id: summary for summary in (*stored, *waiting)}
    return sorted(merged.values(), key=lambda summary: time_ordered(summary.id), reverse=True)[:limit]


def _get(record_id: UUID) -> Record:
    """One record, looked for in the same order."""
    return _waiting(record_id) or open_store().get(record_id)


def _waiting(record_id: UUID) -> Record | None:
    """A record that is in this host's outbox."""
    outbox = open_outbox()
    try:
        return outbox.get(record_id) if outbox else None
    except RecordNotFound:
        return None


def _to_cursor(record_id: UUID) -> str:
    return base64.urlsafe_b64encode(record_id.bytes).decode().rstrip("=")


def _from_cursor(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.b64decode(f"{cursor}==", altchars=b"-_", validate=True))
    except ValueError as error:
        raise BadCursor(cursor) from error
