"""Retention: permanently deletes old drawings, by whole days (UTC).

The clock chooses the days, and a clock may be wrong. So a serving process deletes nothing in its first hour,
and nothing automatic deletes what a clock that is ahead would make look old: see `objection`.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from history.audit import audited, save
from history.filters import ListFilter
from history.ids import day_of
from history.models import AuditEntry
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox import open_outbox
from history.stores.process_lock import process_lock

logger = logging.getLogger(__name__)

LARGEST_PART = 10
"""A purge of several days may delete one of this many records."""

PAGE = 500


class PurgeRefused(Exception):
    """The purge would delete more than a right clock would make it delete."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a purge would delete from the store and from this host's outbox."""

    first_kept: date
    days: tuple[date, ...]
    """The days with records to delete, in order."""
    deleted: int
    kept: int
    newest: date | None
    """The day of the newest record; None if there are no records."""

    @property
    def objection(self) -> str | None:
        """Why the clock may be wrong, or None.

        A purge of a single day is what happens each day. Of several days, after a pause or with a clock that
        is ahead, it may delete only a small part of the records.
        """
        if self.newest is not None and self.newest < self.first_kept:
            return (
                f"the newest drawing, of {self.newest}, would be deleted as well, as if the clock were ahead"
            )
        if len(self.days) > 1 and self.deleted * LARGEST_PART > self.deleted + self.kept:
            return (
                f"{self.deleted} drawings of {len(self.days)} days would be deleted at once, more than one "
                f"in {LARGEST_PART}"
            )
        return None


def forecast(first_kept: date, *, exact: bool = False) -> Forecast:
    """What a purge of all days before `first_kept` would delete. Raises StoreUnavailable.

    exact: whether to count all records that are kept, and not only until they are enough for no objection.
    """
    days, deleted, kept = set[date](), 0, 0
    stores = _stores()
    for store in stores:
        for page in store.pages(size=PAGE):
            old = [day for day in (day_of(summary.id) for summary in page) if day < first_kept]
            days.update(old)
            deleted += len(old)
            kept += len(page) - len(old)
            if not exact and len(old) < len(page) and kept >= LARGEST_PART * deleted:
                break
    newest = [day_of(found[0].id) for store in stores if (found := store.newest(limit=1))]
    return Forecast(first_kept, tuple(sorted(days)), deleted, kept, max(newest, default=None))


def purge_too_old(*, keep_days: int, lock: Path) -> None:
    """Delete drawings that are older than `keep_days`, unless another process of this host is doing so.

    Raises StoreUnavailable, and PurgeRefused if the clock may be wrong.
    """
    with process_lock(lock) as is_held:
        if is_held:
            first_kept = first_day_kept(keep_days)
            if objection := forecast(first_kept).objection:
                raise PurgeRefused(f"{objection}. Check the clock; then run purge_history --force")
            for _day in purge_before(first_kept, task="retention"):
                pass


def purge_before(first_kept: date, *, task: str) -> Iterator[date]:
    """Delete all days before `first_kept`, the oldest first, and yield each deleted day.

    Deletes records, drawings, labels and statistics, in the store and in this host's outbox. If it is
    interrupted, the next call continues. Raises StoreUnavailable.

    task: the name of the task, for the audit list.
    """
    # The outbox first: a record that it delivers in the meantime is in the store before the store is purged.
    deleted = 0
    with audited(AuditEntry.Action.PURGED, by=task) as entry:
        for store in _stores():
            purged: date | None = None
            while (oldest := store.oldest(limit=1)) and (day := day_of(oldest[0].id)) < first_kept:
                if day == purged:
                    raise StoreUnavailable(f"The drawings of {day} are still there after their deletion")
                if not deleted:
                    logger.info("Deleting the drawings before %s, the oldest of %s", first_kept, day)
                # Afterwards nothing would tell how many there were, nor would a process that ends meanwhile.
                entry.drawings += sum(map(len, store.pages(size=PAGE, list_filter=ListFilter(day=day))))
                save(entry)
                store.purge(day)
                logger.info("Deleted the drawings of %s; the oldest day kept is %s", day, first_kept)
                deleted += 1
                yield day
                purged = day
    if deleted:
        logger.info("Deleted the drawings before %s: all of %d days", first_kept, deleted)


def first_day_kept(keep_days: int) -> date:
    """The oldest day to keep, if each day is kept for `keep_days` days after its end."""
    return datetime.now(UTC).date() - timedelta(days=keep_days)


def _stores() -> list[HistoryStore]:
    """The store, and before it the outbox of this host, if there is one."""
    outbox = open_outbox()
    return [*([outbox] if outbox else []), open_store()]
