import signal
import subprocess
import sys
from pathlib import Path

import pytest

from management import atomic
from tests.conftest import ROOT
from tests.disks import no_file_longer_than
from tests.tracing import traced


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        atomic.replace({tmp_path / "a": content, tmp_path / "b": content * 2})
        assert contents(tmp_path) == {"a": content, "b": content * 2}


def test_a_full_disk_leaves_every_old_file_whole_and_nothing_else(tmp_path: Path) -> None:
    atomic.replace({tmp_path / "a": b"old a", tmp_path / "b": b"old b"})
    with no_file_longer_than(1000), pytest.raises(OSError, match="File too large"):
        atomic.replace({tmp_path / "a": b"new a", tmp_path / "b": bytes(2000)})
    assert contents(tmp_path) == {"a": b"old a", "b": b"old b"}


def test_a_missing_folder_leaves_the_other_file_whole(tmp_path: Path) -> None:
    atomic.replace({tmp_path / "a": b"old"})
    with pytest.raises(FileNotFoundError):
        atomic.replace({tmp_path / "a": b"new", tmp_path / "nowhere" / "b": b"new"})
    assert contents(tmp_path) == {"a": b"old"}


def test_files_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    atomic.replace({tmp_path / "a": b"new"})
    assert (tmp_path / "a").stat().st_mode == plain.stat().st_mode


def test_a_file_may_come_in_chunks(tmp_path: Path) -> None:
    atomic.replace({tmp_path / "a": iter([b"ne", b"w"])})
    assert contents(tmp_path) == {"a": b"new"}


def test_a_folder_is_written_and_replaced_whole(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        atomic.replace_folder(tmp_path / "a", [("b", [content]), (f"{content!r}/c", [content, content])])
        assert contents(tmp_path / "a") == {"b": content}
        (inner,) = [path for path in (tmp_path / "a").iterdir() if path.is_dir()]
        assert contents(inner) == {"c": content * 2}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_leaves_the_old_folder_whole_and_nothing_else(tmp_path: Path) -> None:
    atomic.replace_folder(tmp_path / "a", [("b", [b"old"])])
    with no_file_longer_than(1000), pytest.raises(OSError, match="File too large"):
        atomic.replace_folder(tmp_path / "a", [("b", [b"new"]), ("c", [bytes(2000)])])
    assert contents(tmp_path / "a") == {"b": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    atomic.replace_folder(tmp_path / "a", [])
    assert (tmp_path / "a").stat().st_mode == plain.stat().st_mode


PROGRAM = """
import sys
from pathlib import Path
from management import atomic
folder = Path(sys.argv[1])
"""
DYING = """
import os, signal, sys
renames = []
def look(event, arguments):
    if event == "os.rename":
        renames.append(arguments)
        if len(renames) > int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(look)
"""
FILES = PROGRAM + 'atomic.replace({folder / "a": b"new a", folder / "inner/b": b"new b"})'
FOLDER = PROGRAM + 'atomic.replace_folder(folder / "c", [("b", [b"new b"]), ("inner/c", [b"new c"])])'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With files of before."""
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "a").write_bytes(b"old a")
    (folder / "inner" / "b").write_bytes(b"old b")
    return folder


def test_files_are_on_disk_before_they_are_in_their_place_and_then_their_place_is(
    folder: Path,
) -> None:
    assert traced(FILES, folder).calls == [
        "write .a.partial",
        "fsync .a.partial",
        "write inner/.b.partial",
        "fsync inner/.b.partial",
        "rename .a.partial a",
        "fsync .",
        "rename inner/.b.partial inner/b",
        "fsync inner",
    ]


def test_a_folder_is_on_disk_before_it_is_in_its_place_and_then_its_place_is(folder: Path) -> None:
    atomic.replace_folder(folder / "c", [("b", [b"old b"])])
    assert traced(FOLDER, folder).calls == [
        "write .c.partial/new/b",
        "write .c.partial/new/inner/c",
        "sync",
        "rename c .c.partial/old",
        "rename .c.partial/new c",
        "fsync .",
    ]


@pytest.mark.parametrize("which", [1, 2])
def test_a_disk_that_fails_to_sync_leaves_every_old_file_whole_and_nothing_else(
    folder: Path, which: int
) -> None:
    assert traced(FILES, folder, inject=f"fsync:error=EIO:when={which}").status == 1
    assert contents(folder) == {"a": b"old a"}
    assert contents(folder / "inner") == {"b": b"old b"}


@pytest.mark.parametrize("which", [1, 2])
def test_a_folder_that_cannot_be_put_into_its_place_leaves_the_old_one_there(
    folder: Path, which: int
) -> None:
    atomic.replace_folder(folder / "c", [("d", [b"old d"])])
    assert traced(FOLDER, folder, inject=f"rename:error=EIO:when={which}").status == 1
    assert contents(folder / "c") == {"d": b"old d"}
    assert sorted(path.name for path in folder.iterdir()) == ["a", "c", "inner"]


def died(program: str, folder: Path, *, renames: int) -> None:
    """Runs a program that is killed when it asks for one more rename."""
    died = subprocess.run([sys.executable, "-c", DYING + program, str(folder), str(renames)], cwd=ROOT)
    assert died.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("renames", "left"), [(0, b"old a"), (1, b"new a")])
def test_a_process_that_dies_before_a_file_is_in_its_place_leaves_it_whole(
    folder: Path, renames: int, left: bytes
) -> None:
    died(FILES, folder, renames=renames)
    assert (folder / "a").read_bytes() == left
    assert (folder / "inner" / "b").read_bytes() == b"old b"


def test_a_process_that_dies_between_two_folders_leaves_the_old_one_whole_beside_its_place(
    tmp_path: Path,
) -> None:
    atomic.replace_folder(tmp_path / "c", [("b", [b"old b"])])
    died(FOLDER, tmp_path, renames=1)
    (left,) = tmp_path.iterdir()
    assert left.suffix == ".partial"
    assert contents(left / "old") == {"b": b"old b"}
