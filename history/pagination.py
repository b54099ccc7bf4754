"""Keyset pagination of a list, from either end, including the records in this host's outbox.

A page begins where another ended, not at a number. So every page costs the same, and while records arrive no
page repeats or omits a record.
"""

import base64
from dataclasses import dataclass
from uuid import UUID

from history.filters import ListFilter
from history.ids import is_time_based, time_ordered
from history.records import Summary
from history.stores.base import HistoryStore
from history.stores.circuit_breaker import read
from history.stores.outbox import open_outbox

PAGE_SIZE = 24


class BadCursor(ValueError):
    """The cursor is invalid."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, the newest first."""

    records: list[Summary]
    older: str | None = None
    """The cursor of the next page; None on the last page."""
    newer: str | None = None
    """The cursor of the previous page; None on the first page."""


def page_before(list_filter: ListFilter, cursor: str = "", *, limit: int = PAGE_SIZE) -> Page:
    """The page after a cursor, or the first one. Raises BadCursor and StoreUnavailable."""
    found = _read(list_filter, limit=limit + 1, before=_from_cursor(cursor))
    records = found[:limit]
    return Page(
        records,
        older=_to_cursor(records[-1]) if len(found) > limit else None,
        newer=_to_cursor(records[0]) if cursor and records else None,
    )


def page_after(list_filter: ListFilter, cursor: str = "", *, limit: int = PAGE_SIZE) -> Page:
    """The page before a cursor, or the last one. Raises BadCursor and StoreUnavailable."""
    found = _read(list_filter, limit=limit + 1, after=_from_cursor(cursor), oldest_first=True)
    if cursor and len(found) <= limit:
        return page_before(list_filter, limit=limit)  # Less than a full page is left.
    records = found[:limit][::-1]
    return Page(
        records,
        older=_to_cursor(records[-1]) if cursor else None,
        newer=_to_cursor(records[0]) if len(found) > limit else None,
    )


def neighbour(list_filter: ListFilter, record_id: UUID, *, newer: bool) -> UUID | None:
    """The record before or after another in a list, or None. Raises StoreUnavailable."""
    found = (
        _read(list_filter, limit=1, after=record_id, oldest_first=True)
        if newer
        else _read(list_filter, limit=1, before=record_id)
    )
    return found[0].id if found else None


def _read(
    list_filter: ListFilter,
    *,
    limit: int,
    before: UUID | None = None,
    after: UUID | None = None,
    oldest_first: bool = False,
) -> list[Summary]:
    """Read from the outbox and the store: visitors expect to see a drawing at once, even if it is queued.

    The outbox comes first: a record that leaves it in the meantime is in the store by then.
    """

    def listed(store: HistoryStore) -> list[Summary]:
        if oldest_first:
            return store.oldest(limit=limit, after=after, list_filter=list_filter)
        return store.newest(limit=limit, before=before, list_filter=list_filter)

    outbox = open_outbox()
    lists = [*([listed(outbox)] if outbox else []), read(listed)]
    merged = {summary.id: summary for found in lists for summary in found}
    in_order = sorted(merged.values(), key=lambda one: time_ordered(one.id), reverse=not oldest_first)
    return in_order[:limit]


def _to_cursor(summary: Summary) -> str:
    return base64.urlsafe_b64encode(summary.id.bytes).decode().rstrip("=")


def _from_cursor(cursor: str) -> UUID | None:
    if not cursor:
        return None
    try:
        record_id = UUID(bytes=base64.b64decode(f"{cursor}==", altchars=b"-_", validate=True))
    except ValueError as error:
        raise BadCursor(cursor) from error
    if not is_time_based(record_id):
        raise BadCursor(cursor)
    return record_id
