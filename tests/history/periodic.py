"""A process whose seconds pass at once, for tests of background threads."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from history import background
from history.background import PeriodicThread


def waits_of(
    thread: PeriodicThread,
    monkeypatch: pytest.MonkeyPatch,
    *,
    count: int,
    meanwhile: Callable[[int], None] = lambda number: None,
) -> list[float]:
    """Run a thread in a process that ends after some waits, and return how long each would have been.

    meanwhile: called in each wait, with its number from 1.
    """
    waits: list[float] = []

    class Process:
        def is_alive(self) -> bool:
            return len(waits) < count

        def join(self, timeout: float) -> None:
            waits.append(timeout)
            meanwhile(len(waits))

    process = Process()
    monkeypatch.setattr(background, "threading", SimpleNamespace(main_thread=lambda: process))
    thread.start()
    thread.join()
    return waits
