"""Stopping a long work where nothing is half done.

Python would raise KeyboardInterrupt anywhere: within a file's replacement, or in a finalizer of MXNet's,
where it is lost. So a signal only leaves a note, and work looks for it between two steps.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from management.progress import Item, Progress
from management.training.errors import TrainingError

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(TrainingError):
    """The operator, or the system, asked for an end."""

    def __init__(self, message: str, *, by: signal.Signals) -> None:
        super().__init__(message)
        self.by = by

    @property
    def exit_status(self) -> int:
        """What a shell says of a process that the signal ended."""
        return 128 + self.by


class StopNote:
    """Whether a signal has asked for an end."""

    def __init__(self) -> None:
        self._by: signal.Signals | None = None

    def leave(self, number: int, _frame: FrameType | None = None) -> None:
        """Ask for an end. The next such signal acts as it always did, if this one takes too long."""
        self._by = signal.Signals(number)
        for each in SIGNALS:
            signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)

    def watched_by(self, progress: Progress) -> Progress:
        """The same progress, raising Stopped between two items once a signal has come."""

        def watching(items: Iterable[Item], *, total: int | None, description: str) -> Iterator[Item]:
            for item in progress(items, total=total, description=description):
                if self._by is not None:
                    raise Stopped(f"Stopped by {self._by.name}.", by=self._by)
                yield item

        return watching


@contextmanager
def stop_note() -> Iterator[StopNote]:
    """What Ctrl-C and SIGTERM leave while this lasts. One that the shell has set to be ignored, stays so."""
    note = StopNote()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, note.leave)
    try:
        yield note
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
