"""Python imports this at its start: a clock that is wrong by the seconds in a file."""  # noqa: INP001 -- it is no package

import os
import threading
import time
from pathlib import Path

import time_machine

OFFSET = Path(os.environ["CLOCK_OFFSET_FILE"])
POLL_S = 0.05


class Clock:
    """The process's clock. It goes on from where it was set. Monotonic time does not jump, as in reality."""

    def __init__(self) -> None:
        self._offset, self._travel = "", time_machine.travel(0)

    def follow(self) -> None:
        """Set the clock again whenever the file has changed."""
        while True:
            self.set()
            threading.Event().wait(POLL_S)

    def set(self) -> None:
        if (offset := OFFSET.read_text()) == self._offset:
            return
        if self._offset:
            self._travel.stop()
        self._offset, self._travel = offset, time_machine.travel(time.time() + float(offset), tick=True)
        self._travel.start()


def start() -> None:
    threading.Thread(target=clock.follow, name="clock", daemon=True).start()


clock = Clock()
clock.set()
start()
os.register_at_fork(after_in_child=start)  # A worker of gunicorn's.
