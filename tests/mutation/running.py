"""Runs tests on a mutant in a copy of the working tree, so that the tree itself stays as it is.

Python's fork server has the slow libraries loaded, and forks for each run. Nothing of the product is loaded
before, so that a run imports what the files then hold.
"""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant

ROOT = Path(__file__).resolve().parents[2]
LINKS = (".venv", "node_modules", "var/cassandra/jars")
"""Large, and never mutated."""
# The plugin of Hypothesis costs each run half a second, and its tests run without it.
OPTIONS = ("-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
COLLECTION_S = 120
NOT_ALL_RAN = 77
_times = count(1_000_000_000)
"""A time of its own for each version of a file: Python takes compiled code for current by time and size."""
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["cv2", "mxnet", "numpy", "pytest", "requests", "tests.mutation.running"])


class Chosen:
    """A pytest plugin: runs the tests that are named, in that order, and notes what becomes of them."""

    def __init__(self, limits: Mapping[str, float], current: Path) -> None:
        self._limits = limits
        self._place = {test: place for place, test in enumerate(limits)}
        self._current = current
        self.passed: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        known = [item for item in items if item.nodeid in self._place]
        items[:] = sorted(known, key=lambda item: self._place[item.nodeid])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """SIGALRM ends the process of a test that takes too long, wherever it hangs."""
        self._current.write_text(item.nodeid)
        signal.setitimer(signal.ITIMER_REAL, self._limits[item.nodeid])
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)


def verdict(folder: Path, mutant: Mutant, limits: Mapping[str, float]) -> str:
    """`noticed` when a test fails or hangs that passes without the change, `survived` when all pass.

    Anything else is `undecided`: a test that was skipped or not found, or that fails without the change, too.
    """
    if not limits:
        return "survived"
    write(folder / mutant.path, mutant.code)
    try:
        ended, test = run(folder, limits)
    finally:
        write(folder / mutant.path, mutant.original)
    if ended != "failed":
        return {"passed": "survived"}.get(ended, "undecided")
    test = test or next(iter(limits))  # The collection of tests failed.
    without_the_change, _ = run(folder, {test: limits[test]})
    return "noticed" if without_the_change == "passed" else "undecided"


def run(folder: Path, limits: Mapping[str, float]) -> tuple[str, str]:
    """How a run of tests ended, and in which test: `passed`, `failed`, or `unfinished` when not all ran."""
    own = Path(tempfile.mkdtemp(prefix="run-", dir=folder.parent))
    process = _forking.Process(target=_run_tests, args=(folder, limits, own))
    process.start()
    try:
        process.join()
        status, current = process.exitcode or 0, own / "test"
        unfinished = status == NOT_ALL_RAN or (status < 0 and status != -signal.SIGALRM)
        ended = "unfinished" if unfinished else "failed" if status else "passed"
        return ended, current.read_text() if current.exists() else ""
    finally:  # What the tests have started and left ends, too.
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.kill()
        process.join()
        shutil.rmtree(own, ignore_errors=True)


def _run_tests(folder: Path, limits: Mapping[str, float], own: Path) -> None:
    """In the forked process: never returns."""
    status = 1
    try:
        os.setsid()
        os.chdir(folder)
        for sign in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, COLLECTION_S)
        with (own / "output").open("w") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os.environ["TMPDIR"] = tempfile.tempdir = str(own)
        for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
            del sys.modules[name]  # The copy has its own.
        sys.path[:] = [str(folder), *(path for path in sys.path if path not in ("", str(ROOT)))]
        chosen = Chosen(limits, own / "test")
        files = dict.fromkeys(test.partition("::")[0] for test in limits)
        status = int(pytest.main([*OPTIONS, f"--basetemp={own / 'pytest'}", *files], plugins=[chosen]))
        if status == pytest.ExitCode.NO_TESTS_COLLECTED or (not status and chosen.passed != set(limits)):
            status = NOT_ALL_RAN
    finally:
        os._exit(status)


def copied_files() -> list[str]:
    """What git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [file for file in listed.split("\0") if file and (ROOT / file).is_file()]


@contextmanager
def scratch_copy() -> Iterator[Path]:
    around = Path(tempfile.mkdtemp(prefix="mutants-"))
    folder = around / "copy"  # Beside it is what the tests write.
    try:
        for file in copied_files():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, folder / file)
        for link in LINKS:
            if (ROOT / link).exists():
                (folder / link).parent.mkdir(parents=True, exist_ok=True)
                (folder / link).symlink_to((ROOT / link).resolve())
        yield folder
    finally:
        shutil.rmtree(around, ignore_errors=True)


def write(path: Path, code: str) -> None:
    path.write_text(code)
    os.utime(path, (next(_times),) * 2)
