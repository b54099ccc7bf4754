"""How long drawings are kept: by whole days, in UTC, which are deleted for good when they are too old."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from history.alone import alone
from history.identifiers import day_of
from history.outbox import open_outbox
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable

logger = logging.getLogger(__name__)

INTERVAL_S = 600.0


def purge_before(first_kept: date) -> Iterator[date]:
    """Delete what was drawn before a day, the oldest first, and give out each day that is gone.

    Records, drawings, labels and what was counted of them go, in the store and in this host's outbox. Stopped
    in the middle it goes on where it was when it is called again. Raises StoreUnavailable.
    """
    # The outbox first: what it delivers meanwhile is in the store by the time that is purged.
    for store in (open_outbox(), open_store()):
        if store is not None:
            yield from _purge(store, first_kept)


def first_day_kept(keep_days: int) -> date:
    """The oldest day that is kept when each is kept for so many days after it has ended."""
    return datetime.now(UTC).date() - timedelta(days=keep_days)


def _purge(store: HistoryStore, first_kept: date) -> Iterator[date]:
    gone: date | None = None
    while (oldest := store.oldest(limit=1)) and (day := day_of(oldest[0].id)) < first_kept:
        if day == gone:
            raise StoreUnavailable(f"What was drawn on {day} is still there after it was deleted")
        store.purge(day)
        logger.info("What was drawn on %s is deleted: it is older than %s", day, first_kept)
        yield day
        gone = day


class RetentionThread(threading.Thread):
    """Deletes what is too old while a site serves; one process of a host at a time does."""

    def __init__(self, *, keep_days: int, lock: Path, interval_s: float = INTERVAL_S) -> None:
        super().__init__(name="retention", daemon=True)
        self._keep_days, self._lock, self._interval_s = keep_days, lock, interval_s
        self._stopped = threading.Event()

    def run(self) -> None:
        while threading.main_thread().is_alive():
            self._purge_what_is_too_old()
            if self._stopped.wait(self._interval_s):
                return

    def stop(self) -> None:
        """End after the day that is being deleted."""
        self._stopped.set()
        self.join()

    def _purge_what_is_too_old(self) -> None:
        try:
            with alone(self._lock) as is_alone:
                for _ in purge_before(first_day_kept(self._keep_days)) if is_alone else ():
                    if self._stopped.is_set():
                        return
        except StoreUnavailable as error:
            logger.warning("What is too old is not deleted yet: %s", error)
        except Exception:
            # The next attempt may succeed, and nobody's drawing is in danger.
            logger.exception("What is too old could not be deleted")
