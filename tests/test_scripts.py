"""The scripts: what they read, what they refuse, and what they survive."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, get, running_site, site_environment, wait_until_it_answers

READ = """
set -euo pipefail
. script/_environment
read_settings
printf "%s|" "${FIRST-}" "${SECOND-}" "${THIRD-}"
"""


def read_settings(file: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", READ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": str(file), **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_settings_are_read_from_a_file_and_the_shell_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(
        b"# a comment\r\n\r\n  FIRST=with = and spaces\r\nSECOND=abc==\nTHIRD=no newline at the end"
    )
    assert read_settings(file).stdout == "with = and spaces|abc==|no newline at the end|"
    assert read_settings(file, SECOND="shell").stdout == "with = and spaces|shell|no newline at the end|"


@pytest.mark.parametrize("line", ["export FIRST=1", "FIRST = 1", "FIRST", "1ST=1", "FIRST; rm=1"])
def test_a_line_that_sets_nothing_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"SECOND=2\n{line}\n")
    run = read_settings(file)
    assert run.returncode == 1
    assert f"line 2 is not NAME=value: {line}" in run.stderr


def test_a_file_of_settings_that_is_named_must_be_readable(tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere", tmp_path):
        run = read_settings(file)
        assert (run.returncode, run.stderr) == (1, f"The settings cannot be read from {file}.\n")
    assert read_settings(Path("/dev/null"), FIRST="1").stdout == "1|||"


def test_settings_are_read_from_a_pipe() -> None:
    reading = ["bash", "-c", f"exec 8< <(echo FIRST=1); ENV_FILE=/dev/fd/8; {READ}"]
    run = subprocess.run(reading, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert run.stdout == "1|||", run.stderr


def test_the_default_file_of_settings_may_be_absent(tmp_path: Path) -> None:
    (tmp_path / "script").mkdir()
    shutil.copy(ROOT / "script/_environment", tmp_path / "script")
    for environment in ({}, {"ENV_FILE": ""}):
        run = subprocess.run(
            ["bash", "-c", READ],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "FIRST": "1", **environment},
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert run.stdout == "1|||", run.stderr


@pytest.mark.parametrize("name", ["server", "vulnerabilities"])
@pytest.mark.parametrize("argument", ["--help", "stop"])
def test_a_script_without_arguments_does_nothing_if_it_gets_one(
    name: str, argument: str, tmp_path: Path
) -> None:
    script = ROOT / "script" / name
    run = subprocess.run(
        [script, argument], env=site_environment(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 2
    assert run.stderr == f"Usage: {script} (without arguments)\n"
    assert list(tmp_path.iterdir()) == []


def test_two_first_starts_at_once_both_serve(tmp_path: Path) -> None:
    with running_site(tmp_path, wait=False) as first, running_site(tmp_path, wait=False) as second:
        for site in (first, second):
            wait_until_it_answers(site)
            assert get(site, "/").status_code == 200


def test_static_files_are_collected_again_only_when_one_has_changed(tmp_path: Path) -> None:
    """A site that runs serves them: none may be gone while another one starts."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for entry in ROOT.iterdir():
        (tree / entry.name).symlink_to(entry)
    for copied in ("script", "static", "mnistsite"):
        (tree / copied).unlink()
        shutil.copytree(ROOT / copied, tree / copied)
    (tree / "manage.py").unlink()
    shutil.copy(ROOT / "manage.py", tree)  # Python looks for its modules where this really is.
    for written in ("staticfiles", ".lock"):
        (tree / written).unlink(missing_ok=True)

    first = collected(tree)
    assert collected(tree) == first
    (tree / "static/js/draw.js").write_text("// changed")
    assert collected(tree) != first


def collected(tree: Path) -> tuple[int, int]:
    """Which file the list of the collected ones is, and when it was written, once a server could start."""
    environment = site_environment(tree, GUNICORN_CMD_ARGS="--check-config")
    subprocess.run([tree / "script/server"], env=environment, check=True, timeout=120)
    found = (tree / "staticfiles/staticfiles.json").stat()
    return found.st_ino, found.st_mtime_ns


def test_a_script_may_be_called_by_a_link_from_elsewhere(tmp_path: Path) -> None:
    link = tmp_path / "manage"
    link.symlink_to(ROOT / "script" / "manage")
    run = subprocess.run([link, "check"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == [link]


def test_preloading_is_refused(tmp_path: Path) -> None:
    environment = site_environment(tmp_path, GUNICORN_CMD_ARGS="--preload")
    run = subprocess.run(
        [ROOT / "script/server"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode != 0
    assert "cannot be preloaded" in run.stderr
