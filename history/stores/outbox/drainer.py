"""How records leave the outbox: in the order in which they were made, under their own ids.

Whatever dies in the middle, a record is in the outbox until the store has it, and a record written twice is
one record.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from history.stores.base import HistoryStore, RecordNotFound, Refused, StoreUnavailable
from history.stores.outbox.store import Outbox
from history.stores.process_lock import process_lock

logger = logging.getLogger(__name__)

CHUNK = 64
"""So many records leave the outbox with one sync to disk, and before the next ones are begun."""

AT_ONCE = 8
"""So many of a chunk are on their way at once, begun in their order."""

ATTEMPTS = 3
"""How often in a row a record may fail while the store answers, before those behind it go first."""

POSTPONED_S = 15.0


@dataclass
class Drainer:
    """Drains an outbox into a store; one for each process, used by one thread at a time."""

    outbox: Outbox
    store: HistoryStore
    problems: dict[UUID, str] = field(default_factory=dict)
    """The records that the store did not take, and why."""
    _failures: dict[UUID, int] = field(default_factory=dict)
    _not_before: dict[UUID, float] = field(default_factory=dict)
    _silent: StoreUnavailable | None = None
    """Why the rest of a chunk is left for later."""

    def deliveries(self) -> Iterator[UUID]:
        """Deliver what waits, and give out the id of each record that has left the outbox.

        Does nothing while another process of this host drains. Raises StoreUnavailable when the store stops
        answering.
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
        """Deliver what waits. Raises StoreUnavailable when the store stops answering."""
        if self.outbox.oldest_ids(limit=1) and (delivered := len(list(self.deliveries()))):
            logger.info("%d records left the outbox for the history", delivered)

    def _deliver_chunk(self, ids: list[UUID]) -> list[UUID]:
        self._silent = None
        with ThreadPoolExecutor(AT_ONCE) as threads:
            taken = list(threads.map(self._deliver, ids))
        delivered = [record_id for record_id, was_taken in zip(ids, taken, strict=True) if was_taken]
        # What the store took before it fell silent leaves too.
        if delivered:
            self.outbox.remove(delivered)
        if self._silent is not None:
            raise self._silent
        return delivered

    def _deliver(self, record_id: UUID) -> bool:
        """Whether the store has the record now."""
        if self._silent is not None or time.monotonic() < self._not_before.get(record_id, 0):
            return False
        try:
            self.store.add(self.outbox.get(record_id))
        except RecordNotFound:
            return False
        except (Refused, ValueError, TypeError, LookupError) as error:
            return self._postpone(record_id, error)
        except StoreUnavailable as error:
            return self._got_no_answer(record_id, error)
        for known in (self.problems, self._failures, self._not_before):
            known.pop(record_id, None)
        return True

    def _got_no_answer(self, record_id: UUID, error: StoreUnavailable) -> bool:
        """It is the store, unless it goes on and on with one record while the store answers otherwise."""
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
