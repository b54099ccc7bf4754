"""Concurrent writes share one sync, and a failing write does not affect the others."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace, TracebackType

import pytest

from history.stores.base import StoreUnavailable
from history.stores.sqlite import file as file_module
from history.stores.sqlite.file import GroupCommit, SQLiteFile, Work

STEPS = (
    (
        "CREATE TABLE numbers (number INTEGER PRIMARY KEY)",
        # SQLite checks this constraint only at the commit.
        "CREATE TABLE halves (half INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)",
    ),
)
TIMEOUT_S = 10
"""A forgotten write waits for ever, and the test must not wait with it."""


@pytest.fixture
def file(tmp_path: Path) -> SQLiteFile:
    return SQLiteFile(tmp_path / "numbers.sqlite3", migrations=STEPS, busy_timeout_s=5)


class Commits:
    """Counts the transactions of a group commit; can delay the first of them, and interrupt any."""

    def __init__(self, file: SQLiteFile) -> None:
        self.count = 0
        self.go_on = threading.Event()
        self.entered = threading.Event()
        self.interrupts: set[int] = set()
        """The numbers of the transactions whose thread is interrupted right after the commit."""
        self._file = file

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        self.count += 1
        number = self.count
        self.entered.set()
        self.go_on.wait()
        with self._file.connection() as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection
        if number in self.interrupts:
            raise KeyboardInterrupt


class Turns:
    """Locks that count the threads that reach them: waiting threads are not visible otherwise."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)

    def lock(self) -> "Turn":
        return Turn(self.came)


class Turn:
    def __init__(self, came: threading.Semaphore) -> None:
        self._came, self._lock = came, threading.Lock()

    def __enter__(self) -> None:
        self._came.release()
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    turns = Turns()
    locks = SimpleNamespace(Lock=turns.lock, local=threading.local)
    monkeypatch.setattr(file_module, "threading", locks)
    return turns


def insert(number: int) -> Work:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO numbers VALUES (?)", (number,))

    return work


def half_of_nothing(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO halves VALUES (99)")


def interrupted(connection: sqlite3.Connection) -> None:
    insert(99)(connection)
    raise KeyboardInterrupt


def numbers(file: SQLiteFile) -> list[int]:
    with file.connection() as connection:
        return [row["number"] for row in connection.execute("SELECT number FROM numbers ORDER BY number")]


def crowd(commits: Commits, turns: Turns, first: Work, *others: Work) -> list["Future[None]"]:
    """Writes of threads: the first holds the file until the test sets `go_on`, the others wait behind it.

    They arrive in this order, so the second commits all waiting writes.
    """
    group = GroupCommit(commits.connection)
    writes = [started(lambda: group.run(first))]
    assert commits.entered.wait(TIMEOUT_S)
    assert turns.came.acquire(timeout=TIMEOUT_S)
    for work in others:
        writes.append(started(lambda work=work: group.run(work)))  # type: ignore[misc]
        assert turns.came.acquire(timeout=TIMEOUT_S)
    return writes


def started(call: Callable[[], None]) -> "Future[None]":
    """A call in a daemon thread."""
    future: Future[None] = Future()

    def run() -> None:
        try:
            call()
            future.set_result(None)
        except BaseException as error:  # noqa: BLE001 -- it is the test's
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def answers(writes: list["Future[None]"]) -> list[type[BaseException] | None]:
    """The outcome of each write: the type of its error, or None."""
    errors = [write.exception(timeout=TIMEOUT_S) for write in writes]
    return [None if error is None else type(error) for error in errors]


def test_waiting_writes_are_committed_together(file: SQLiteFile, turns: Turns) -> None:
    commits = Commits(file)
    writes = crowd(commits, turns, *map(insert, range(20)))
    assert not any(write.done() for write in writes)
    commits.go_on.set()
    assert answers(writes) == [None] * 20
    assert commits.count == 2
    assert numbers(file) == list(range(20))


@pytest.mark.parametrize(("waiting", "groups"), [(64, 1), (65, 2)])
def test_a_group_has_a_size_limit_and_the_rest_are_the_next_group(
    file: SQLiteFile, turns: Turns, waiting: int, groups: int
) -> None:
    commits = Commits(file)
    writes = crowd(commits, turns, *map(insert, range(1 + waiting)))
    commits.go_on.set()
    assert answers(writes) == [None] * (1 + waiting)
    assert commits.count == 1 + groups
    assert numbers(file) == list(range(1 + waiting))


def test_a_failing_write_raises_and_the_others_are_committed(file: SQLiteFile, turns: Turns) -> None:
    commits = Commits(file)
    writes = crowd(commits, turns, insert(0), insert(1), insert(0), insert(2))
    commits.go_on.set()
    assert answers(writes) == [None, None, StoreUnavailable, None]
    assert numbers(file) == [0, 1, 2]


def test_a_write_whose_commit_fails_raises_and_the_others_are_committed(
    file: SQLiteFile, turns: Turns
) -> None:
    commits = Commits(file)
    writes = crowd(commits, turns, insert(0), insert(1), half_of_nothing, insert(2))
    commits.go_on.set()
    assert answers(writes) == [None, None, StoreUnavailable, None]
    assert numbers(file) == [0, 1, 2]


def test_an_interrupted_write_is_not_stored_and_the_waiting_ones_continue(
    file: SQLiteFile, turns: Turns
) -> None:
    commits = Commits(file)
    writes = crowd(commits, turns, interrupted, insert(1), insert(2))
    commits.go_on.set()
    assert answers(writes) == [KeyboardInterrupt, None, None]
    assert numbers(file) == [1, 2]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_writes_of_an_interrupted_group_fail_and_the_next_are_committed(
    file: SQLiteFile, turns: Turns, number: int
) -> None:
    commits = Commits(file)
    group = [insert(1), insert(2), insert(3)]
    group[number] = interrupted
    writes = crowd(commits, turns, insert(0), *group)
    commits.go_on.set()
    assert answers(writes) == [None, KeyboardInterrupt, StoreUnavailable, StoreUnavailable]
    assert numbers(file) == [0]


def test_writes_of_a_group_interrupted_after_its_commit_are_not_acknowledged(
    file: SQLiteFile, turns: Turns
) -> None:
    """The writers cannot know the outcome, and may repeat their writes."""
    commits = Commits(file)
    commits.interrupts = {2}
    writes = crowd(commits, turns, insert(0), insert(1), insert(2))
    commits.go_on.set()
    assert answers(writes) == [None, KeyboardInterrupt, StoreUnavailable]


def test_writes_settled_before_an_interruption_have_their_true_outcome(
    file: SQLiteFile, turns: Turns
) -> None:
    """One write fails, so each is committed alone, and the third of these commits is interrupted."""
    commits = Commits(file)
    commits.interrupts = {5}
    writes = crowd(commits, turns, insert(0), insert(0), insert(1), insert(2), insert(3))
    commits.go_on.set()
    assert answers(writes) == [None, KeyboardInterrupt, None, StoreUnavailable, StoreUnavailable]
    assert numbers(file) == [0, 1, 2]


def test_a_write_is_exclusive_from_its_first_read(file: SQLiteFile) -> None:
    """Otherwise both could read the same state, and one could not write its result any more."""
    other = GroupCommit(SQLiteFile(file.path, migrations=STEPS, busy_timeout_s=0).connection)

    def add_one(connection: sqlite3.Connection) -> None:
        (count,) = connection.execute("SELECT COUNT(*) FROM numbers").fetchone()
        if count == 0:
            with pytest.raises(StoreUnavailable, match="locked"):
                other.run(insert(count))
        insert(count)(connection)

    GroupCommit(file.connection).run(add_one)
    other.run(add_one)
    assert numbers(file) == [0, 1]


def test_a_group_waits_once_for_a_file_that_another_process_holds(file: SQLiteFile, turns: Turns) -> None:
    assert numbers(file) == []
    commits = Commits(SQLiteFile(file.path, migrations=STEPS, busy_timeout_s=0.01))
    with closing(sqlite3.connect(file.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        writes = crowd(commits, turns, *map(insert, range(8)))
        commits.go_on.set()
        assert answers(writes) == [StoreUnavailable] * 8
    assert commits.count == 2
    assert numbers(file) == []
