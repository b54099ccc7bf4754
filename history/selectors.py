"""What reads the history."""

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
    """A drawing in a list, and what people said that it shows."""

    record: Summary
    label: Label | None

    @property
    def disagrees(self) -> bool:
        return self.label is not None and not self.record.agrees_with(self.label.text)


def own_page(viewer: Viewer, cursor: str = "", *, limit: int = PAGE_SIZE) -> Page:
    """What a viewer drew, from a cursor on. Raises BadCursor and StoreUnavailable."""
    list_filter = ListFilter("visitor", viewer.visitor)
    return page_before(list_filter, cursor, limit=limit) if viewer.visitor else Page(records=[])


def own_neighbour(viewer: Viewer, record_id: UUID, *, newer: bool) -> UUID | None:
    """What a viewer drew before or after a drawing, if anything."""
    if not viewer.visitor or not is_time_based(record_id):
        return None
    return neighbour(ListFilter("visitor", viewer.visitor), record_id, newer=newer)


def record_for(viewer: Viewer, record_id: UUID) -> Record:
    """One record, whole. Raises RecordNotFound, for one that the viewer may not see too."""
    return _seen_by(viewer, _get(record_id))


def labelled_record_for(viewer: Viewer, record_id: UUID) -> tuple[Record, Label | None]:
    """The same with what a person said that it shows. What waits in the outbox has no label yet."""
    if waiting := _waiting(record_id):
        return _seen_by(viewer, waiting), None
    record = _seen_by(viewer, open_store().get(record_id))
    return record, open_store().label(record_id)


def with_labels(records: Sequence[Summary]) -> list[LabelledRecord]:
    """The same with what people said that they show. What waits in the outbox has no label yet."""
    labels = open_store().labels([record.id for record in records])
    return [LabelledRecord(record, labels.get(record.id)) for record in records]


def daily_counts(*, first: date, last: date) -> DailyCounts:
    """The counts of each day, both ends included, also where there are none. Raises StoreUnavailable."""
    found: dict[date, list[Counts]] = {day: [] for day in days_between(first, last)}
    for day, _source, content in open_store().statistics(first, last):
        found[day].append(Counts.from_json(content))
    return {day: Counts.total(several) for day, several in found.items()}


def shared_record(record_id: UUID) -> Record:
    """What a share link leads to: who has it may see that record. Raises RecordNotFound."""
    return _get(record_id)


def _get(record_id: UUID) -> Record:
    """One record, looked for in the same order."""
    return _waiting(record_id) or open_store().get(record_id)


def _waiting(record_id: UUID) -> Record | None:
    """A record that is in this host's outbox. Raises RecordNotFound for what is no id of a record."""
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
