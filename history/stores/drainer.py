"""The delivery of records from the outbox to the store, the oldest first, under their own ids.

A record stays in the outbox until the store has it, and writing a record twice changes nothing. So a crash at
any point loses and duplicates nothing. A record that the store remembers as deleted is removed and not
delivered: the outbox may have been restored from a backup.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from history.stores.base import HistoryStore, RecordNotFound, Refused, StoreUnavailable
from history.stores.outbox import Outbox
from history.stores.process_lock import process_lock

logger = logging.getLogger(__name__)

CHUNK = 64
"""Number of records that are removed from the outbox with one sync to disk."""

AT_ONCE = 8
"""Number of records of a chunk that are delivered in parallel."""

ATTEMPTS = 3
"""Number of failures in a row after which a record is postponed, if the store answers otherwise."""

POSTPONED_S = 15.0


@dataclass
class Drainer:
    """Delivers records from an outbox to a store. One per process, used by one thread at a time."""

    outbox: Outbox
    store: HistoryStore
    problems: dict[UUID, str] = field(default_factory=dict)
    """The records that the store did not accept, and the reasons."""
    dropped: int = 0
    """Number of records that were not delivered, because they had been deleted."""
    _failures: dict[UUID, int] = field(default_factory=dict)
    _not_before: dict[UUID, float] = field(default_factory=dict)
    _silent: StoreUnavailable | None = None
    """The error that stopped the delivery of a chunk."""

    def deliveries(self) -> Iterator[UUID]:
        """Deliver all records, and yield the id of each record that has been delivered.

        Does nothing while another process of this host drains the outbox. Raises StoreUnavailable if the
        store stops answering.
        """
        lock = self.outbox.path.with_name(f"{self.outbox.path.name}-lock")
        with process_lock(lock) as is_held:
            if not is_held:
                return
            last: UUID | None = None
            while ids := self.outbox.oldest_ids(limit=CHUNK, after=last):
                yield from self._deliver_chunk(ids)
                last = ids[-1]
            if last and not self.outbox.oldest_ids(limit=1):
                self.outbox.shrink()

    def drain(self) -> None:
        """Deliver all records. Raises StoreUnavailable if the store stops answering."""
        if self.outbox.oldest_ids(limit=1) and (delivered := len(list(self.deliveries()))):
            logger.info("%d records left the outbox for the history", delivered)

    def _deliver_chunk(self, ids: list[UUID]) -> list[UUID]:
        self._silent = None
        deleted = self.store.deleted(ids)
        if deleted:
            self.outbox.remove(list(deleted))
            self.dropped += len(deleted)
            logger.info("%d records of the outbox had been deleted; they were not delivered", len(deleted))
            ids = [record_id for record_id in ids if record_id not in deleted]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            taken = list(threads.map(self._deliver, ids))
        delivered = [record_id for record_id, was_taken in zip(ids, taken, strict=True) if was_taken]
        # Also the records that the store accepted before it stopped answering.
        if delivered:
            self.outbox.remove(delivered)
        if self._silent is not None:
            raise self._silent
        return delivered

    def _deliver(self, record_id: UUID) -> bool:
        """Deliver a record. Return whether the store has it now."""
        if self._silent is not None or time.monotonic() < self._not_before.get(record_id, 0):
            return False
        try:
            self.store.add(self.outbox.get(record_id))
        except RecordNotFound:
            return False
        except (Refused, ValueError, TypeError, LookupError) as error:
            return self._postpone(record_id, error)
        except StoreUnavailable as error:
            return self._on_unavailable(record_id, error)
        for known in (self.problems, self._failures, self._not_before):
            known.pop(record_id, None)
        return True

    def _on_unavailable(self, record_id: UUID, error: StoreUnavailable) -> bool:
        """Stop the chunk, or postpone the record if it alone fails repeatedly while the store answers."""
        self._failures[record_id] = self._failures.get(record_id, 0) + 1
        try:
            if self._failures[record_id] >= ATTEMPTS:
                self.store.check()
                return self._postpone(record_id, error)
        except StoreUnavailable:
            pass
        self._silent = error
        return False

    def _postpone(self, record_id: UUID, error: Exception) -> bool:
        logger.error("Record %s stays in the outbox: %s", record_id, error)
        self.problems[record_id] = str(error)
        self._not_before[record_id] = time.monotonic() + POSTPONED_S
        return False
