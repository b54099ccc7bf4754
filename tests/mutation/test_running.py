"""The recording and the runs themselves, on a product of one file with a handful of tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutation.recording import read
from tests.mutation.scratch import write
from tests.mutation.worker import COLLECTION_S

CODE = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"
CHECKS = """
import subprocess, sys, time
from pathlib import Path

import pytest
from history import code

@pytest.fixture(scope="module")
def shared():
    return code.two()

def test_itself():
    assert code.one() == 1

def test_by_a_process():
    subprocess.run([sys.executable, "-c", "from history import code; code.one()"], check=True)

def test_first(shared): pass

def test_second(shared):
    assert shared == 2

def test_fails():
    raise AssertionError

def test_hangs():
    process = subprocess.Popen(["sleep", "600"])
    (Path(__file__).parent / "process").write_text(str(process.pid))
    time.sleep(600)
"""
FILE = "checks/test_code.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in {"history/code.py": CODE, FILE: CHECKS, "history/__init__.py": ""}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def test_a_line_is_run_by_a_test_by_its_process_and_by_all_who_share_a_fixture(project: Path) -> None:
    command = [sys.executable, "-m", "tests.mutation.recording", "recorded.json", "--no-cassandra", "checks"]
    subprocess.run([*command, "-k", "not hangs"], cwd=project, env=environment(), check=True, timeout=60)
    recorded = read(project / "recorded.json")
    assert recorded.lines["history/code.py"][2] == {f"{FILE}::test_itself", f"{FILE}::test_by_a_process"}
    assert recorded.lines["history/code.py"][6] == {f"{FILE}::test_first", f"{FILE}::test_second"}
    assert recorded.unusable == [f"{FILE}::test_fails"]
    assert f"{FILE}::test_fails" not in recorded.seconds


class Worker:
    def __init__(self, project: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.worker"],
            cwd=project,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, limits: Mapping[str, float]) -> None:
        assert self.process.stdin
        self.process.stdin.write(
            json.dumps({f"{FILE}::{test}": limit for test, limit in limits.items()}) + "\n"
        )
        self.process.stdin.flush()

    def answer(self) -> tuple[str, str]:
        assert self.process.stdout
        ended, by = json.loads(self.process.stdout.readline())
        return ended, by.removeprefix(f"{FILE}::")


@contextmanager
def running_worker(project: Path) -> Iterator[Worker]:
    started = Worker(project)
    with started.process:
        yield started
        started.process.terminate()


@pytest.fixture(scope="module")
def worker(project: Path) -> Iterator[Worker]:
    with running_worker(project) as started:
        yield started


def is_running(process: int) -> bool:
    """A zombie, which nobody has taken notice of yet, runs no more."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def test_each_run_imports_what_the_files_hold_and_ends_at_the_first_failure(
    project: Path, worker: Worker
) -> None:
    worker.ask({"test_second": 60, "test_itself": 60})
    assert worker.answer() == ("passed", "test_itself")
    worker.ask({"test_itself": 60, "test_fails": 60, "test_second": 60})
    assert worker.answer() == ("failed", "test_fails")
    code = project / "history/code.py"
    code.write_text(CODE.replace("1", "3"))
    os.utime(code, (1, 1))
    worker.ask({"test_itself": 60, "test_second": 60})
    assert worker.answer() == ("failed", "test_itself")
    code.write_text("nonsense(")
    worker.ask({"test_itself": 60})
    assert worker.answer() == ("failed", "the collection of tests")
    code.write_text(CODE)


def test_a_test_that_hangs_is_ended_with_what_it_started(project: Path, worker: Worker) -> None:
    worker.ask({"test_itself": 60, "test_hangs": 1})
    assert worker.answer() == ("late", "test_hangs")
    assert not is_running(int((project / "checks/process").read_text()))


def test_a_worker_that_is_ended_ends_its_run(project: Path) -> None:
    started, deadline = project / "checks/process", time.monotonic() + 60
    started.unlink(missing_ok=True)
    with running_worker(project) as worker:
        worker.ask({"test_hangs": COLLECTION_S})
        while not (started.exists() and started.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(timeout=60) == 0
    assert not is_running(int(started.read_text()))


def test_versions_of_a_file_differ_in_time_whatever_their_size(tmp_path: Path) -> None:
    """Python takes compiled code for current by whole seconds and size."""
    times = []
    for code in (b"a < b", b"a > b"):
        write(tmp_path / "code.py", code)
        times.append(int((tmp_path / "code.py").stat().st_mtime))
    assert (tmp_path / "code.py").read_bytes() == b"a > b"
    assert times[0] != times[1]
