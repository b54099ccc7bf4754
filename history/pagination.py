"""Pages of a list by keyset, from either end, with what waits in this host's outbox in its place.

A page begins where another ended, and not at a number: it costs the same wherever it is, and shows nothing
twice and leaves nothing out while records arrive.
"""

import base64
from dataclasses import dataclass
from uuid import UUID

from history.filters import ListFilter
from history.ids import is_time_based, time_ordered
from history.records import Summary
from history.stores import open_store
from history.stores.outbox import open_outbox

PAGE_SIZE = 24


class BadCursor(ValueError):
    """The cursor is none that this site gave out."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, the newest first."""

    records: list[Summary]
    older: str | None = None
    """The cursor of the next page, or None on the last one."""
    newer: str | None = None
    """The cursor of the page before, or None on the first one."""


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
        return page_before(list_filter, limit=limit)  # There is no full page before it.
    records = found[:limit][::-1]
    return Page(
        records,
        older=_to_cursor(records[-1]) if cursor else None,
        newer=_to_cursor(records[0]) if len(found) > limit else None,
    )


def neighbour(list_filter: ListFilter, record_id: UUID, *, newer: bool) -> UUID | None:
    """The record before or after another one in a list, if any. Raises StoreUnavailable."""
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
    """Who drew something looks for it at once, so what waits is shown too.

    The outbox is read first: what leaves it meanwhile is in the store by then.
    """
    outbox = open_outbox()
    answers = [
        store.oldest(limit=limit, after=after, list_filter=list_filter)
        if oldest_first
        else store.newest(limit=limit, before=before, list_filter=list_filter)
        for store in ([outbox] if outbox else []) + [open_store()]
    ]
    merged = {summary.id: summary for answer in answers for summary in answer}
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
