"""The thread of each serving process that drains the outbox whenever the store answers."""

import logging
import threading
import time

from history.outbox.draining import Drainer
from history.outbox.queue import Outbox
from history.stores.base import HistoryStore, StoreUnavailable

logger = logging.getLogger(__name__)

INTERVAL_S = 1.0
REMINDED_S = 60.0
"""How often the log names the reason, while what waits cannot be delivered."""


class DrainingThread(threading.Thread):
    """The lock of the outbox sees to it that only one process of a host drains at a time."""

    def __init__(self, outbox: Outbox, store: HistoryStore, *, interval_s: float = INTERVAL_S) -> None:
        super().__init__(name="outbox", daemon=True)
        self._outbox, self._drainer, self._interval_s = outbox, Drainer(outbox, store), interval_s
        self._stopped = threading.Event()
        self._reminded = -REMINDED_S

    def run(self) -> None:
        while threading.main_thread().is_alive() and not self._stopped.wait(self._interval_s):
            self._drain_what_waits()

    def stop(self) -> None:
        """End after what is being delivered."""
        self._stopped.set()
        self.join()

    def _drain_what_waits(self) -> None:
        try:
            if self._outbox.oldest_ids(limit=1) and (delivered := len(list(self._drainer.deliveries()))):
                logger.info("%d records left the outbox for the history", delivered)
        except StoreUnavailable as error:
            if time.monotonic() >= self._reminded + REMINDED_S:
                self._reminded = time.monotonic()
                logger.warning("What waits in the outbox was not delivered: %s", error)
        except Exception:
            # Whatever it is, the records are safe where they are, and the next attempt may succeed.
            logger.exception("The outbox could not be drained")
