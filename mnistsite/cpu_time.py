"""The processor time that a request takes, in its own thread and in those that work for it."""

import threading
import time

_elsewhere = threading.local()


def used_s() -> float:
    """The processor time of this thread, and of others on its behalf, in seconds since some moment."""
    return time.thread_time() + getattr(_elsewhere, "seconds", 0.0)


def add(seconds: float) -> None:
    """Count processor time that another thread spends on behalf of this one."""
    _elsewhere.seconds = getattr(_elsewhere, "seconds", 0.0) + seconds
