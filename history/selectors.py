"""Functions that read the history, and the status of its stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from history.filters import ListFilter
from history.ids import days_between, is_time_based
from history.pagination import PAGE_SIZE, Page, neighbour, page_before
from history.permissions import Viewer
from history.records import LabelledRecord, Record, Share, ShareLink, StorageOutcome, Summary
from history.statistics.counts import Counts, DailyCounts
from history.stores import open_store
from history.stores.base import HistoryStore, RecordNotFound, StoreUnavailable
from history.stores.circuit_breaker import CircuitBreaker, circuit_breaker, read
from history.stores.outbox import Backlog, open_outbox


@dataclass(frozen=True, slots=True)
class StoreStatus:
    outcome: StorageOutcome | None
    """What would happen to a record now; None if neither the store nor the outbox accepts records."""
    backlog: Backlog | None


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


def labelled_record_for(viewer: Viewer, record_id: UUID) -> LabelledRecord[Record]:
    """A whole record with its label. A record in the outbox has no label yet.

    Raises RecordNotFound, also if the viewer may not see the record.
    """
    if waiting := _waiting(record_id):
        return LabelledRecord(_seen_by(viewer, waiting), None)
    record = _seen_by(viewer, read(lambda store: store.get(record_id)))
    return LabelledRecord(record, read(lambda store: store.label(record_id)))


def with_labels(records: Sequence[Summary]) -> list[LabelledRecord[Summary]]:
    """Records with their labels. A record in the outbox has no label yet."""
    labels = read(lambda store: store.labels([record.id for record in records]))
    return [LabelledRecord(record, labels.get(record.id)) for record in records]


def stored_values(criterion: str, *, limit: int) -> list[str]:
    """At most `limit` values of a criterion with `keeps_values`, sorted. Raises StoreUnavailable."""
    return read(lambda store: store.values(criterion, limit=limit))


def daily_counts(*, first: date, last: date) -> DailyCounts:
    """The counts of every day from `first` to `last`, with or without drawings. Raises StoreUnavailable."""
    found: dict[date, list[Counts]] = {day: [] for day in days_between(first, last)}
    for day, _source, content in read(lambda store: store.statistics(first, last)):
        found[day].append(Counts.from_json(content))
    return {day: Counts.total(several) for day, several in found.items()}


def share_of(record_id: UUID) -> Share:
    """The share of a record, or that of a record which has never been shared.

    The store knows it, even if the record waits in an outbox that has been restored. While the store does not
    answer, a record in the outbox counts as never shared: the outbox may be the only place that has it.
    """
    unchanged = Share(record_id=record_id)
    try:
        return read(lambda store: store.share(record_id)) or unchanged
    except StoreUnavailable:
        if not _waiting(record_id):
            raise
        return unchanged


def shared_record(link: ShareLink) -> Record:
    """The record of a link, which anyone with the link may see.

    Raises RecordNotFound, also if the link has been stopped or has expired.
    """
    record = _get(link.record_id)
    share = share_of(record.id)
    if share.has_ended or share.link != link:
        raise RecordNotFound(record.id)
    return record


def store_status() -> StoreStatus:
    """Check the store, and the outbox if the store does not answer."""
    outbox = open_outbox()
    outcome: StorageOutcome | None
    if _takes_records(open_store(), circuit_breaker("checks")):
        outcome = StorageOutcome.STORED
    else:
        outcome = StorageOutcome.QUEUED if outbox and _takes_records(outbox, CircuitBreaker()) else None
    return StoreStatus(outcome=outcome, backlog=backlog())


def backlog() -> Backlog | None:
    """The backlog of this host's outbox; None if there is no outbox, or if it cannot be read."""
    outbox = open_outbox()
    try:
        return outbox.backlog() if outbox else None
    except StoreUnavailable:
        return None


def _get(record_id: UUID) -> Record:
    """A record from the outbox or the store, in the same order as in lists."""
    return _waiting(record_id) or read(lambda store: store.get(record_id))


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


def _takes_records(store: HistoryStore, breaker: CircuitBreaker) -> bool:
    try:
        with breaker.attempt():
            store.check()
    except StoreUnavailable:
        return False
    return True
