import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from management import atomic


@contextmanager
def no_file_longer_than(size_bytes: int) -> Iterator[None]:
    """Lets the system refuse longer files, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


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
