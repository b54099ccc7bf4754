"""The background tasks of a serving process."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from history.retention import PurgeRefused, purge_too_old
from history.statistics.counts import StatisticsRecorder
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.drainer import Drainer
from history.stores.outbox import Outbox

logger = logging.getLogger(__name__)

REMINDER_S = 60.0
"""The log reports a task that fails at most this often."""


class PeriodicThread(threading.Thread):
    """Repeats a task while the process lives, and retries it after a failure. No drawing depends on it."""

    def __init__(
        self,
        task: Callable[[], object],
        *,
        name: str,
        failure: str,
        interval_s: float,
        first_after_s: float = 0.0,
        daemon: bool = True,
    ) -> None:
        """failure: the log message for a failed task.

        first_after_s: the time until the task runs for the first time.
        daemon: if False, the process runs the task once more before it ends.
        """
        super().__init__(name=name, daemon=daemon)
        self._task, self._failure, self._interval_s = task, failure, interval_s
        self._first_after_s = first_after_s
        self._reminded = -REMINDER_S

    def run(self) -> None:
        process = threading.main_thread()
        if self._first_after_s:
            process.join(self._first_after_s)
        while process.is_alive():
            self.attempt()
            process.join(self._interval_s)
        if not self.daemon:
            self.attempt()

    def attempt(self) -> None:
        try:
            self._task()
        except Exception as error:
            if time.monotonic() >= self._reminded + REMINDER_S:
                self._reminded = time.monotonic()
                if isinstance(error, StoreUnavailable | PurgeRefused):
                    logger.warning("%s: %s", self._failure, error)
                else:
                    logger.exception("%s", self._failure)


def draining_thread(outbox: Outbox, store: HistoryStore) -> PeriodicThread:
    """Moves waiting records from the outbox to the store, as soon as the store answers."""
    return PeriodicThread(
        Drainer(outbox, store).drain,
        name="outbox",
        failure="Records wait in the outbox",
        interval_s=1,
    )


def retention_thread(*, keep_days: int, lock: Path) -> PeriodicThread:
    """Deletes drawings that are older than `keep_days`, after an hour: the clock may have to be set first."""
    return PeriodicThread(
        lambda: purge_too_old(keep_days=keep_days, lock=lock),
        name="retention",
        failure="Old drawings are not deleted yet",
        interval_s=600,
        first_after_s=3600,
    )


def statistics_thread(recorder: StatisticsRecorder, store: HistoryStore) -> PeriodicThread:
    """Writes this process's statistics. The process waits for a last write before it ends."""
    return PeriodicThread(
        lambda: recorder.write(store),
        name="statistics",
        failure="Statistics are not written yet",
        interval_s=1,
        daemon=False,
    )
