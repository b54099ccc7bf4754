"""What a serving process does beside its requests."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from history.retention import purge_too_old
from history.statistics.recorder import StatisticsRecorder
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox.drainer import Drainer
from history.stores.outbox.store import Outbox

logger = logging.getLogger(__name__)

REMINDER_S = 60.0
"""How often the log says that a store keeps a task from being done."""


class PeriodicThread(threading.Thread):
    """Repeats a task while the process lives. No drawing depends on it: whatever fails is tried again."""

    def __init__(
        self, task: Callable[[], object], *, name: str, failure: str, interval_s: float, daemon: bool = True
    ) -> None:
        """failure: what the log says when the task fails. daemon: else it is done once more at the end."""
        super().__init__(name=name, daemon=daemon)
        self._task, self._failure, self._interval_s = task, failure, interval_s
        self._reminded = -REMINDER_S

    def run(self) -> None:
        process = threading.main_thread()
        while process.is_alive():
            self.attempt()
            process.join(self._interval_s)
        self.attempt()

    def attempt(self) -> None:
        try:
            self._task()
        except StoreUnavailable as error:
            if time.monotonic() >= self._reminded + REMINDER_S:
                self._reminded = time.monotonic()
                logger.warning("%s: %s", self._failure, error)
        except Exception:
            logger.exception("%s", self._failure)


def draining_thread(outbox: Outbox, store: HistoryStore) -> PeriodicThread:
    """Moves what waits in the outbox to the store, as soon as that answers."""
    return PeriodicThread(
        Drainer(outbox, store).drain,
        name="outbox",
        failure="Records wait in the outbox",
        interval_s=1,
    )


def retention_thread(*, keep_days: int, lock: Path) -> PeriodicThread:
    """Deletes what is too old."""
    return PeriodicThread(
        lambda: purge_too_old(keep_days=keep_days, lock=lock),
        name="retention",
        failure="What is too old is not deleted yet",
        interval_s=600,
    )


def statistics_thread(recorder: StatisticsRecorder, store: HistoryStore) -> PeriodicThread:
    """Writes what this process has counted, and once more when it ends: it is waited for."""
    return PeriodicThread(
        lambda: recorder.write(store),
        name="statistics",
        failure="Statistics are not written yet",
        interval_s=1,
        daemon=False,
    )
