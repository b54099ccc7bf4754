"""Retention: permanently deletes old drawings, by whole days (UTC)."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from history.ids import day_of
from history.stores import open_store
from history.stores.base import StoreUnavailable
from history.stores.outbox import open_outbox
from history.stores.process_lock import process_lock

logger = logging.getLogger(__name__)


def purge_too_old(*, keep_days: int, lock: Path) -> None:
    """Delete drawings that are older than `keep_days`, unless another process of this host is doing so."""
    with process_lock(lock) as is_held:
        if is_held:
            for _day in purge_before(first_day_kept(keep_days)):
                pass


def purge_before(first_kept: date) -> Iterator[date]:
    """Delete all days before `first_kept`, the oldest first, and yield each deleted day.

    Deletes records, drawings, labels and statistics, in the store and in this host's outbox. If it is
    interrupted, the next call continues. Raises StoreUnavailable.
    """
    # The outbox first: a record that it delivers in the meantime is in the store before the store is purged.
    for store in (open_outbox(), open_store()):
        if store is None:
            continue
        purged: date | None = None
        while (oldest := store.oldest(limit=1)) and (day := day_of(oldest[0].id)) < first_kept:
            if day == purged:
                raise StoreUnavailable(f"The drawings of {day} are still there after their deletion")
            store.purge(day)
            logger.info("Deleted the drawings of %s; the oldest day kept is %s", day, first_kept)
            yield day
            purged = day


def first_day_kept(keep_days: int) -> date:
    """The oldest day to keep, if each day is kept for `keep_days` days after its end."""
    return datetime.now(UTC).date() - timedelta(days=keep_days)
