"""What this process has counted, and how it gets into the store.

Each process writes what it has counted of a day as a whole, in a row of its own: a row that is written again
counts nothing twice, and no process waits for another (a PN-counter; Shapiro and others, "A comprehensive
study of convergent and commutative replicated data types", 2011). What a crash loses is a second of
statistics.
"""

import logging
import secrets
import threading
from datetime import date
from functools import cache

from history.stores.base import HistoryStore, StoreUnavailable
from history.tallies import Tally

logger = logging.getLogger(__name__)

INTERVAL_S = 1.0


class OwnTallies:
    def __init__(self) -> None:
        self._source = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._tallies: dict[date, Tally] = {}
        self._unwritten: set[date] = set()

    def add(self, day: date, tally: Tally) -> None:
        with self._lock:
            self._tallies[day] = self._tallies.get(day, Tally()) + tally
            self._unwritten.add(day)

    def write(self, store: HistoryStore) -> None:
        """Write what has changed. Raises StoreUnavailable; what was not written is for the next time."""
        with self._lock:
            changed = {day: self._tallies[day] for day in self._unwritten}
        for day, tally in changed.items():
            store.put_tally(day, self._source, tally.to_json())
            with self._lock:
                if self._tallies[day] is tally:
                    self._unwritten.discard(day)


@cache
def own_tallies() -> OwnTallies:
    """The one of this process."""
    return OwnTallies()


class TallyThread(threading.Thread):
    """Writes every second while the process lives, and once more when it ends: it is waited for."""

    def __init__(self, tallies: OwnTallies, store: HistoryStore, *, interval_s: float = INTERVAL_S) -> None:
        super().__init__(name="tallies")
        self._tallies, self._store, self._interval_s = tallies, store, interval_s

    def run(self) -> None:
        process = threading.main_thread()
        while process.is_alive():
            process.join(self._interval_s)
            self._write()

    def _write(self) -> None:
        try:
            self._tallies.write(self._store)
        except StoreUnavailable as error:
            logger.debug("What was counted waits: %s", error)
        except Exception:
            # Whatever it is, nobody's drawing depends on it, and the next attempt may succeed.
            logger.exception("What was counted could not be written")
