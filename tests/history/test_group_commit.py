"""Writes of concurrent callers share one sync, and none of them pays for another."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from history.stores.base import StoreUnavailable
from history.stores.embedded import EmbeddedStore
from history.stores.group_commit import GroupCommit, Work
from history.stores.sqlite_file import SQLiteFile
from tests.history.records import a_record


@pytest.fixture
def file(tmp_path: Path) -> SQLiteFile:
    steps = (("CREATE TABLE numbers (number INTEGER PRIMARY KEY)",),)
    return SQLiteFile(tmp_path / "numbers.sqlite3", steps=steps, busy_timeout_s=5)


class Commits:
    """Counts the transactions that a group commit makes, and can hold the first of them up."""

    def __init__(self, file: SQLiteFile) -> None:
        self.count = 0
        self.go_on = threading.Event()
        self.entered = threading.Event()
        self._file = file

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        self.count += 1
        self.entered.set()
        self.go_on.wait()
        with self._file.connection() as connection:
            yield connection


def insert(number: int) -> Work:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO numbers VALUES (?)", (number,))

    return work


def numbers(file: SQLiteFile) -> list[int]:
    with file.connection() as connection:
        return [row["number"] for row in connection.execute("SELECT number FROM numbers ORDER BY number")]


@contextmanager
def crowd(commits: Commits, first: int, *others: int) -> Iterator[list["Future[None]"]]:
    """Writes of numbers: the first holds the file until the block says `go_on`, the others wait behind it."""
    group = GroupCommit(commits.connection)
    with ThreadPoolExecutor(1 + len(others)) as threads:
        writes = [threads.submit(group.run, insert(first))]
        commits.entered.wait()
        writes += [threads.submit(group.run, insert(number)) for number in others]
        while len(group._waiting) < len(others):
            time.sleep(0.001)
        yield writes


def test_those_who_wait_are_committed_together(file: SQLiteFile) -> None:
    commits = Commits(file)
    with crowd(commits, *range(20)) as writes:
        assert not any(write.done() for write in writes)
        commits.go_on.set()
        for write in writes:
            write.result()
    assert commits.count == 2
    assert numbers(file) == list(range(20))


def test_one_that_fails_is_told_so_and_the_others_are_kept(file: SQLiteFile) -> None:
    commits = Commits(file)
    with crowd(commits, 0, 1, 0, 2) as (first, one, again, two):
        commits.go_on.set()
        for write in (first, one, two):
            write.result()
        with pytest.raises(StoreUnavailable, match="UNIQUE"):
            again.result()
    assert numbers(file) == [0, 1, 2]


def test_a_file_that_another_process_holds_is_waited_for_once_by_all(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    store = EmbeddedStore(path, busy_timeout_s=0.3)
    store.check()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(8) as threads:
        writes = [threads.submit(store.add, a_record()) for _ in range(8)]
        for write in writes:
            with pytest.raises(StoreUnavailable, match="locked"):
                write.result(timeout=5)
    other.execute("ROLLBACK")
    other.close()
    assert store.newest(limit=1) == []
