"""The recording and the runs themselves, on a product of one file with a handful of tests."""

import json
import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.running import run, verdict, write

CODE = "def one():\n    return -1\n\n\ndef two():\n    return 2\n"
CHECKS = """
import os, subprocess, sys, time
from pathlib import Path

import pytest
from history import code

@pytest.fixture(scope="module")
def shared():
    return code.two()

def test_itself():
    assert code.one() == -1

def test_by_a_process():
    subprocess.run([sys.executable, "-c", "from history import code; code.one()"], check=True)

def test_first(shared): pass

def test_second(shared):
    assert shared == 2

def test_fails():
    raise AssertionError

def test_is_skipped():
    pytest.skip()

def test_ends():
    os.kill(os.getpid(), 9)

def test_hangs():
    process = subprocess.Popen(["sleep", "600"])
    (Path(__file__).parent / "process").write_text(str(process.pid))
    time.sleep(600)
"""
FILE = "checks/test_code.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "copy"
    for name, text in {"history/code.py": CODE, FILE: CHECKS, "history/__init__.py": ""}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(autouse=True)
def no_django(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fork server takes over the environment of its start, and this product has no settings."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)


def ended(project: Path, **limits: float) -> tuple[str, str]:
    how, test = run(project, {f"{FILE}::test_{name}": limit for name, limit in limits.items()})
    return how, test.removeprefix(f"{FILE}::test_")


def test_a_line_is_run_by_a_test_by_its_process_and_by_all_who_share_a_fixture(project: Path) -> None:
    command = [sys.executable, "-m", "tests.mutation.recording", "recorded.json", "checks"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [*command, "-k", "not hangs and not ends"], cwd=project, env=environment, check=True, timeout=60
    )
    recorded = json.loads((project / "recorded.json").read_text())
    lines = recorded["lines"]["history/code.py"]
    assert set(lines["2"]) == {f"{FILE}::test_itself", f"{FILE}::test_by_a_process"}
    assert set(lines["6"]) == {f"{FILE}::test_first", f"{FILE}::test_second"}
    assert f"{FILE}::test_second" in recorded["shared"]
    assert not recorded["shared"].keys() & {f"{FILE}::test_fails", f"{FILE}::test_is_skipped"}


def test_a_run_ends_at_the_first_failure(project: Path) -> None:
    assert ended(project, second=60, itself=60) == ("passed", "itself")
    assert ended(project, itself=60, fails=60, second=60) == ("failed", "fails")


def test_a_run_whose_tests_did_not_all_pass_is_unfinished(project: Path) -> None:
    assert ended(project, is_skipped=60, itself=60) == ("unfinished", "itself")
    assert ended(project, itself=60, unknown=60) == ("unfinished", "itself")
    assert ended(project, unknown=60)[0] == "unfinished"
    assert ended(project, ends=60) == ("unfinished", "ends")


def test_a_test_that_hangs_fails_and_is_ended_with_what_it_started(project: Path) -> None:
    assert ended(project, itself=60, hangs=1) == ("failed", "hangs")
    with suppress(ProcessLookupError):  # It has ended already.
        end = os.pidfd_open(int((project / "checks/process").read_text()))
        assert select.select([end], [], [], 60)[0]
        os.close(end)


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (["first", "itself"], "noticed"),
        (["first", "second"], "survived"),
        (["first", "is_skipped"], "undecided"),
        (["fails"], "undecided"),
        ([], "survived"),
    ],
)
def test_a_mutant_is_noticed_by_a_test_that_passes_without_it_and_survives_when_all_pass(
    project: Path, tests: list[str], expected: str
) -> None:
    mutant: Mutant = next(iter(mutants_of(project, "history/code.py")))
    assert verdict(project, mutant, {f"{FILE}::test_{test}": 60 for test in tests}) == expected
    assert (project / "history/code.py").read_text() == CODE


def test_versions_of_a_file_differ_in_time_whatever_their_size(tmp_path: Path) -> None:
    """Python takes compiled code for current by whole seconds and size."""
    times = []
    for code in ("a < b", "a > b"):
        write(tmp_path / "code.py", code)
        times.append(int((tmp_path / "code.py").stat().st_mtime))
    assert (tmp_path / "code.py").read_text() == "a > b"
    assert times[0] != times[1]
