"""script/test runs its parts at once: what it says at the end, and that it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT

HEAD = """
import pathlib, time, pytest
HERE = pathlib.Path(__file__).parent
browser, cluster = pytest.mark.browser, pytest.mark.cluster
"""
THREE_PARTS = """
def test_one():
    pass

def test_two():
    {two}

@cluster
def test_three():
    {three}

@browser
def test_four():
    pass

@browser
@cluster
def test_five():
    pass
"""
IN_EACH = """
@pytest.fixture
def thing(request):
    (HERE / f"{request.node.name}-begun").touch()
    yield
    (HERE / f"{request.node.name}-ending").touch()
    while not (HERE / "disturbed").exists():
        time.sleep(0.01)
    time.sleep(0.3)  # For a signal that is not meant to come.
    (HERE / f"{request.node.name}-ended").touch()

def test_one(thing):
    time.sleep(60)

@cluster
def test_two(thing):
    time.sleep(60)

@browser
def test_three(thing):
    time.sleep(60)
"""


def begin(folder: Path, tests: str) -> "subprocess.Popen[str]":
    file, settings = folder / "test_of_parts.py", folder / "pytest.ini"
    file.write_text(HEAD + tests)
    settings.write_text("[pytest]\nmarkers =\n  cluster\n  browser")
    command = [sys.executable, "-m", "tests.parts", "-c", str(settings), str(file)]
    # No plugin is needed, and Django's takes long.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, process_group=0
    )


def last_line(folder: Path, *, two: str = "pass", three: str = "pass") -> tuple[int, str]:
    run = begin(folder, THREE_PARTS.format(two=two, three=three))
    shown, _ = run.communicate(timeout=120)
    return run.returncode, shown.splitlines()[-1]


def test_one_line_sums_all_parts_up(tmp_path: Path) -> None:
    assert last_line(tmp_path) == (0, "5 passed, 0 failed")


def test_what_fails_in_one_part_fails_the_run(tmp_path: Path) -> None:
    assert last_line(tmp_path, two="pytest.skip()", three="raise OSError") == (
        1,
        "3 passed, 1 failed, 1 skipped",
    )


def test_a_part_that_dies_has_failed(tmp_path: Path) -> None:
    assert last_line(tmp_path, three="import os; os._exit(3)") == (1, "3 passed, 1 failed")


def test_the_parts_run_at_once_and_ctrl_c_ends_them_with_what_they_have_started(tmp_path: Path) -> None:
    """However often it is pressed: a terminal sends it to the whole process group each time."""
    run = begin(tmp_path, IN_EACH)
    for reached in ("begun", "ending"):
        while len(list(tmp_path.glob(f"*-{reached}"))) < 3:
            assert run.poll() is None
            time.sleep(0.05)
        os.killpg(run.pid, signal.SIGINT)
    (tmp_path / "disturbed").touch()
    run.communicate(timeout=50)
    assert run.returncode == 130
    assert sorted(path.name for path in tmp_path.glob("*-ended")) == [
        "test_one-ended",
        "test_three-ended",
        "test_two-ended",
    ]
