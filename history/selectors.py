"""What reads the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from history.lists import Wanted
from history.outbox import open_outbox
from history.pages import PAGE_SIZE, Page, page_before
from history.records import Label, Record, Summary
from history.stores import open_store
from history.stores.base import RecordNotFound


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


def own_page(viewer: Viewer, cursor: str = "", *, limit: int = PAGE_SIZE) -> Page:
    """What a viewer drew, from a cursor on. Raises BadCursor and StoreUnavailable."""
    wanted = Wanted(visitor=viewer.visitor)
    return page_before(wanted, cursor, limit=limit) if viewer.visitor else Page(records=[])


def record_for(viewer: Viewer, record_id: UUID) -> Record:
    """One record, whole. Raises RecordNotFound, for one that the viewer may not see too."""
    return _seen_by(viewer, _get(record_id))


def labelled_record_for(viewer: Viewer, record_id: UUID) -> tuple[Record, Label | None]:
    """The same with what a person said that it shows. What waits in the outbox has no label yet."""
    if waiting := _waiting(record_id):
        return _seen_by(viewer, waiting), None
    record = _seen_by(viewer, open_store().get(record_id))
    return record, open_store().label(record_id)


def labels_of(records: Sequence[Summary]) -> dict[UUID, Label]:
    """What people said that some records show."""
    return open_store().labels([record.id for record in records])


def shared_record(record_id: UUID) -> Record:
    """What a share link leads to: who has it may see that record. Raises RecordNotFound."""
    return _get(record_id)


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


def _seen_by(viewer: Viewer, record: Record) -> Record:
    if not viewer.may_see(record):
        raise RecordNotFound(record.id)
    return record
