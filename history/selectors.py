"""What reads the history."""

import base64
from dataclasses import dataclass
from uuid import UUID

from history.identifiers import time_ordered
from history.outbox import open_outbox
from history.records import Label, Record, Summary
from history.stores import open_store
from history.stores.base import RecordNotFound, Wanted

PAGE_SIZE = 24


class BadCursor(ValueError):
    """The cursor is none that this site gave out."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the history: a visitor sees what that visitor drew, staff see everything."""

    visitor: str = ""
    is_staff: bool = False

    def may_see(self, summary: Summary) -> bool:
        return self.is_staff or bool(self.visitor and summary.visitor == self.visitor)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, the newest first."""

    records: list[Summary]
    older: str | None
    """The cursor of the next page, or None on the last one."""


def page(*, viewer: Viewer, cursor: str = "", limit: int = PAGE_SIZE) -> Page:
    """The records that a viewer may see, from a cursor on. Raises BadCursor and StoreUnavailable."""
    before = _from_cursor(cursor) if cursor else None
    if not viewer.is_staff and not viewer.visitor:
        return Page(records=[], older=None)
    wanted = Wanted(visitor=None if viewer.is_staff else viewer.visitor)
    records = _newest(limit=limit + 1, before=before, wanted=wanted)
    older = _to_cursor(records[limit - 1].id) if len(records) > limit else None
    return Page(records=records[:limit], older=older)


def next_older(viewer: Viewer, record_id: UUID) -> UUID | None:
    """What a viewer's list has after a record, if anything."""
    found = page(viewer=viewer, cursor=_to_cursor(record_id), limit=1).records
    return found[0].id if found else None


def record_for(viewer: Viewer, record_id: UUID) -> Record:
    """One record, whole. Raises RecordNotFound, for one that the viewer may not see too."""
    return _seen_by(viewer, _get(record_id))


def labelled_record_for(viewer: Viewer, record_id: UUID) -> tuple[Record, Label | None]:
    """The same with what a person said that it shows. What waits in the outbox has no label yet."""
    if waiting := _waiting(record_id):
        return _seen_by(viewer, waiting), None
    record = _seen_by(viewer, open_store().get(record_id))
    return record, open_store().label(record_id)


def shared_record(record_id: UUID) -> Record:
    """What a share link leads to: who has it may see that record. Raises RecordNotFound."""
    return _get(record_id)


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


def _seen_by(viewer: Viewer, record: Record) -> Record:
    if not viewer.may_see(record):
        raise RecordNotFound(record.id)
    return record


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
