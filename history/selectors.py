"""Functions that read the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from history.filters import ListFilter
from history.ids import days_between, is_time_based
from history.pagination import PAGE_SIZE, Page, neighbour, page_before
from history.permissions import Viewer
from history.records import Label, Record, Summary
from history.statistics.counts import Counts, DailyCounts
from history.stores import open_store
from history.stores.base import RecordNotFound
from history.stores.outbox import open_outbox


@dataclass(frozen=True, slots=True)
class LabelledRecord:
    """A drawing in a list, with its label."""

    record: Summary
    label: Label | None

    @property
    def disagrees(self) -> bool:
        return self.label is not None and not self.record.agrees_with(self.label.text)


def own_page(viewer: Viewer, cursor: str = "", *, limit: int = PAGE_SIZE) -> Page:
    """A page of the viewer's own drawings, after a cursor. Raises BadCursor and StoreUnavailable."""
    list_filter = ListFilter("visitor", viewer.visitor)
    return page_before(list_filter, cursor, limit=limit) if viewer.visitor else Page(records=[])


def own_neighbour(viewer: Viewer, record_id: UUID, *, newer: bool) -> UUID | None:
    """The viewer's next older or newer drawing, or None."""
    if not viewer.visitor or not is_time_based(record_id):
        return None
    return neighbour(ListFilter("visitor", viewer.visitor), record_id, newer=newer)


def record_for(viewer: Viewer, record_id: UUID) -> Record:
    """A whole record. Raises RecordNotFound, also if the viewer may not see it."""
    return _seen_by(viewer, _get(record_id))


def labelled_record_for(viewer: Viewer, record_id: UUID) -> tuple[Record, Label | None]:
    """A whole record with its label. A record in the outbox has no label yet.

    Raises RecordNotFound, also if the viewer may not see the record.
    """
    if waiting := _waiting(record_id):
        return _seen_by(viewer, waiting), None
    record = _seen_by(viewer, open_store().get(record_id))
    return record, open_store().label(record_id)


def with_labels(records: Sequence[Summary]) -> list[LabelledRecord]:
    """Records with their labels. A record in the outbox has no label yet."""
    labels = open_store().labels([record.id for record in records])
    return [LabelledRecord(record, labels.get(record.id)) for record in records]


def daily_counts(*, first: date, last: date) -> DailyCounts:
    """The counts of every day from `first` to `last`, with or without drawings. Raises StoreUnavailable."""
    found: dict[date, list[Counts]] = {day: [] for day in days_between(first, last)}
    for day, _source, content in open_store().statistics(first, last):
        found[day].append(Counts.from_json(content))
    return {day: Counts.total(several) for day, several in found.items()}


def shared_record(record_id: UUID) -> Record:
    """The record of a share link, which anyone with the link may see. Raises RecordNotFound."""
    return _get(record_id)


def _get(record_id: UUID) -> Record:
    """A record from the outbox or the store, in the same order as in lists."""
    return _waiting(record_id) or open_store().get(record_id)


def _waiting(record_id: UUID) -> Record | None:
    """The record in this host's outbox, or None. Raises RecordNotFound for an id that no record can have."""
    if not is_time_based(record_id):
        raise RecordNotFound(record_id)
    outbox = open_outbox()
    try:
        return outbox.get(record_id) if outbox else None
    except RecordNotFound:
        return None


def _seen_by(viewer: Viewer, record: Record) -> Record:
    if not viewer.may_see(record):
        raise RecordNotFound(record.id)
    return record
