"""How long drawings are kept: by whole days, in UTC, which are deleted for good when they are too old."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from history.ids import day_of
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox import open_outbox
from history.stores.process_lock import process_lock

logger = logging.getLogger(__name__)


def purge_too_old(*, keep_days: int, lock: Path) -> None:
    """Delete what is older than so many days, unless another process of this host is doing it."""
    with process_lock(lock) as is_held:
        if is_held:
            for _day in purge_before(first_day_kept(keep_days)):
                pass


def purge_before(first_kept: date) -> Iterator[date]:
    """Delete what was drawn before a day, the oldest first, and yield each day that is deleted.

    Records, drawings, labels and statistics go, in the store and in this host's outbox. One that was stopped
    in the middle goes on where it was when it is called again. Raises StoreUnavailable.
    """
    # The outbox first: what it delivers meanwhile is in the store by the time that is purged.
    for store in (open_outbox(), open_store()):
        if store is not None:
            yield from _purge(store, first_kept)


def first_day_kept(keep_days: int) -> date:
    """The oldest day that is kept when each is kept for so many days after it has ended."""
    return datetime.now(UTC).date() - timedelta(days=keep_days)


def _purge(store: HistoryStore, first_kept: date) -> Iterator[date]:
    purged: date | None = None
    while (oldest := store.oldest(limit=1)) and (day := day_of(oldest[0].id)) < first_kept:
        if day == purged:
            raise StoreUnavailable(f"What was drawn on {day} is still there after it was deleted")
        store.purge(day)
        logger.info("What was drawn on %s is deleted: it is older than %s", day, first_kept)
        yield day
        purged = day
