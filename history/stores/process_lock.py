"""Locks between the processes of a host."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def shared_lock(path: Path) -> IO[bytes]:
    """Wait for a lock that several processes may hold, but none beside `process_lock`; until it is closed."""
    file = path.open("ab")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


@contextmanager
def process_lock(path: Path) -> Iterator[bool]:
    """Yield whether this process got the lock, and release it after the block.

    The kernel releases it if the process dies.
    """
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
