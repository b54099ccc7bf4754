"""The selection of the records to export, read page by page, the newest first."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from history.filters import EVERYTHING, ListFilter
from history.ids import FIRST_DAY, LAST_DAY, day_of, ticks_at, time_uuid
from history.records import LabelledRecord, Record, Summary
from history.stores import open_store
from history.stores.base import RecordNotFound
from history.stores.retry import retrying

PAGE = 64
"""Number of records in memory at once."""

THREADS = 8
"""Each fetches one record of a page: parallel requests use all of Cassandra's nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """All records that meet every given condition. Records in an outbox are not included."""

    first_day: date | None = None
    """In UTC, like `last_day`; both are included."""
    last_day: date | None = None
    list_filter: ListFilter = EVERYTHING
    model: str | None = None
    """Can be combined with any list."""
    ids: tuple[UUID, ...] = ()
    """If not empty, select exactly these records, and ignore the other conditions."""

    def takes(self, summary: Summary) -> bool:
        """Whether a record has the right day and model."""
        day = day_of(summary.id)
        is_in_time = (self.first_day or day) <= day <= (self.last_day or day)
        return is_in_time and self.model in (None, summary.model)


def selected(selection: Selection) -> Iterator[LabelledRecord[Record]]:
    """The records, the newest first. Skips records deleted in the meantime. Raises StoreUnavailable."""
    store, list_filter = open_store(), selection.list_filter
    with ThreadPoolExecutor(THREADS) as threads:
        for page in _pages(selection):
            labels = retrying(partial(store.labels, page))
            for record in filter(None, threads.map(_whole, page)):
                label = labels.get(record.id)
                # The label may have changed since the record was listed.
                if not list_filter.depends_on_label or list_filter.has(record, label.text if label else None):
                    yield LabelledRecord(record, label)


def _pages(selection: Selection) -> Iterator[Sequence[UUID]]:
    """The ids, page by page, from the end of the last day back to the start of the first."""
    for start in range(0, len(selection.ids), PAGE):
        yield selection.ids[start : start + PAGE]
    if selection.ids:
        return
    newest = partial(open_store().newest, limit=PAGE, list_filter=selection.list_filter)
    before = _end_of(selection.last_day) if selection.last_day else None
    while listed := retrying(partial(newest, before=before)):
        before = listed[-1].id
        yield [summary.id for summary in listed if selection.takes(summary)]
        if selection.first_day and day_of(before) < selection.first_day:
            return


def _whole(record_id: UUID) -> Record | None:
    try:
        return retrying(partial(open_store().get, record_id))
    except RecordNotFound:
        return None


def _end_of(day: date) -> UUID:
    midnight = datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time(), UTC) + timedelta(days=1)
    return time_uuid(ticks_at(midnight), clock_sequence=0, node=0)
