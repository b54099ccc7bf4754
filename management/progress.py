"""Progress bars for long work, and stopping it between two steps, where nothing is half done.

Python would raise KeyboardInterrupt anywhere: while a file is being replaced, or in a finalizer of MXNet's,
where it is lost. So a signal is only noted, and each long loop calls `check_stop` between two steps.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")

SIGNALS = (signal.SIGINT, signal.SIGTERM)

_noted: list[signal.Signals] = []
"""The signal that has asked the process to end, if any. A signal is for the whole process, and so is this."""


class Stopped(Exception):
    """The operator or the system asked for an end."""

    def __init__(self, message: str, *, by: signal.Signals) -> None:
        super().__init__(message)
        self.by = by

    @property
    def exit_status(self) -> int:
        """The status by which a shell reports that the signal ended a process."""
        return 128 + self.by


def bars(items: Iterable[Item], *, total: int | None, description: str) -> Iterable[Item]:
    """The items, with a bar and the time left on stderr where that is a terminal."""
    # With `disable=None` tqdm shows a bar only on a terminal.
    shown: Iterable[Item] = tqdm(items, total=total, desc=description, disable=None, leave=False)
    return shown


def check_stop() -> None:
    """Raise Stopped if a signal has come."""
    for by in _noted:
        raise Stopped(f"Stopped by {by.name}.", by=by)


def until_stopped(items: Iterable[Item]) -> Iterator[Item]:
    """The items, with a check before each."""
    for item in items:
        check_stop()
        yield item


@contextmanager
def signals_noted() -> Iterator[None]:
    """Note Ctrl-C and SIGTERM instead of ending at once, while this lasts.

    A signal that the shell has set to be ignored stays ignored. After the first signal, the next one acts as
    usual, for an operator who does not want to wait.
    """
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def leave_note(number: int, _frame: FrameType | None) -> None:
        _noted.append(signal.Signals(number))
        for each in SIGNALS:
            signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, leave_note)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _noted.clear()
