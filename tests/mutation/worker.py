"""Runs tests in a scratch copy, again and again: a process with the slow libraries loaded forks for each run.

It reads a line of JSON for each run, the tests in their order with the seconds of each, and answers one: how
the run ended, and the test that it ended in. Nothing of the product is imported before the fork, so that a
run imports what the files then hold.
"""

import gc
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import cv2  # noqa: F401
import mxnet  # noqa: F401
import numpy as np  # noqa: F401
import pytest
import requests  # noqa: F401

# The plugin of Hypothesis costs each run half a second, and its tests run without it.
OPTIONS = ("-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
COLLECTION_S = 120
GRACE_S = 2
"""For servers that a test had started."""


class Chosen:
    """A pytest plugin: runs the tests that are named, in that order, and notes the first that fails."""

    def __init__(self, limits: Mapping[str, float], ended_by: Path) -> None:
        self._limits = limits
        self._place = {test: place for place, test in enumerate(limits)}
        self._ended_by = ended_by

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        known = [item for item in items if item.nodeid in self._place]
        items[:] = sorted(known, key=lambda item: self._place[item.nodeid])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """SIGALRM ends the process of a test that takes too long, wherever it hangs."""
        self._ended_by.write_text(item.nodeid)
        signal.setitimer(signal.ITIMER_REAL, self._limits[item.nodeid])
        return (yield)


def main() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # A terminal sends it to all; only its parent ends this one.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.freeze()
    with suppress(KeyboardInterrupt):
        for line in sys.stdin:
            print(json.dumps(run(json.loads(line))), flush=True)


def run(limits: Mapping[str, float]) -> tuple[str, str]:
    """How a run ended, `passed`, `failed` or `late`, and the test that it ended in."""
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=Path.cwd().parent))
    child = os.fork()
    if not child:
        _run_tests(limits, folder)
    status = -signal.SIGALRM
    try:
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert ended
        status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        by = folder / "test"
        how = {0: "passed", -signal.SIGALRM: "late"}.get(status, "failed")
        return how, by.read_text() if by.exists() else "the collection of tests"
    finally:
        _end(child, gently=status == -signal.SIGALRM)
        shutil.rmtree(folder, ignore_errors=True)


def _run_tests(limits: Mapping[str, float], folder: Path) -> None:
    """In the forked process: never returns."""
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, COLLECTION_S)
        with (folder / "output").open("w") as output, open(os.devnull) as nothing:  # noqa: PTH123
            os.dup2(nothing.fileno(), 0)
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        files = dict.fromkeys(test.partition("::")[0] for test in limits)
        options = [*OPTIONS, f"--basetemp={folder / 'pytest'}"]
        status = int(pytest.main([*options, *files], plugins=[Chosen(limits, folder / "test")]))
    finally:
        os._exit(status)


def _end(child: int, *, gently: bool) -> None:
    """End a run, and what it has started and left."""
    signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGTERM}
    )  # Told to end itself meanwhile, it waits with that.
    with suppress(ProcessLookupError):
        if gently:
            os.killpg(child, signal.SIGTERM)
            time.sleep(GRACE_S)
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


if __name__ == "__main__":
    main()
