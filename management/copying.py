"""Copying the history from one store to another, and then comparing both record by record.

A copy goes from the newest record to the oldest; records that are made meanwhile are left to the next copy.
After each page, a file remembers how far it came.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from history.ids import day_of, days_between, time_ordered
from history.stores import rows
from history.stores.base import HistoryStore, RecordNotFound
from history.stores.retry import retrying
from management.atomic import replace

PAGE = 64
THREADS = 8
DAYS_AT_ONCE = 30

Result = TypeVar("Result")


class DifferentContent(Exception):
    """The stores still differ after everything was copied."""


@dataclass
class Position:
    """How far a copy came."""

    newest: str
    """The id of the newest record when it began, or empty if there was none."""
    before: str | None = None
    """The next page begins there; None at the start."""
    compares: bool = False
    """Whether everything has been copied, and is being compared."""
    copied: int = 0
    compared: int = 0
    different: int = 0
    source_digest: str = ""
    target_digest: str = ""


class Copy:
    def __init__(self, source: HistoryStore, target: HistoryStore, *, memory: Path) -> None:
        """memory: the file that remembers how far it came. Raises StoreUnavailable."""
        self._source, self._target, self._memory = source, target, memory
        self.position = self._remembered() or self._start()

    def restart(self) -> None:
        """Forget how far it came."""
        self._memory.unlink(missing_ok=True)
        self.position = self._start()

    def copies(self) -> Generator[UUID]:
        """Copy the records that are not copied yet, and yield their ids. Raises StoreUnavailable."""
        if self.position.compares:
            return
        for page in self._pages():
            self._each(self._copy, page)
            self.position.copied += len(page)
            yield from page
            self._remember(before=page[-1])
        self._copy_statistics()
        self.position.compares = True
        self._remember(before=None)

    def comparisons(self) -> Generator[UUID]:
        """Compare the records that are not compared yet, and yield their ids.

        Raises StoreUnavailable, and DifferentContent at the end.
        """
        position = self.position
        for page in self._pages():
            for source, target in self._each(self._digests, page):
                position.source_digest = _chained(position.source_digest, source)
                position.target_digest = _chained(position.target_digest, target)
                position.different += source != target
            position.compared += len(page)
            yield from page
            self._remember(before=page[-1])
        self._memory.unlink(missing_ok=True)
        if position.different or position.source_digest != position.target_digest:
            raise DifferentContent(f"{position.different} of {position.compared} records differ")

    def _pages(self) -> Iterator[list[UUID]]:
        """Pages of ids, of records that existed at the start, from where an earlier run stopped."""
        if not self.position.newest:
            return
        last = time_ordered(UUID(self.position.newest))
        before = UUID(self.position.before) if self.position.before else None
        while listed := retrying(partial(self._source.newest, limit=PAGE, before=before)):
            before = listed[-1].id
            if page := [summary.id for summary in listed if time_ordered(summary.id) <= last]:
                yield page

    def _each(self, work: Callable[[UUID], Result], page: list[UUID]) -> list[Result]:
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(lambda record_id: retrying(partial(work, record_id)), page))

    def _copy(self, record_id: UUID) -> None:
        try:
            self._target.add(self._source.get(record_id))
            if label := self._source.label(record_id):
                self._target.put_label(label)
        except RecordNotFound:
            return  # It was deleted after the page was read.

    def _copy_statistics(self) -> None:
        """Copy the counts of the days that are copied. To copy a row again changes nothing."""
        if not self.position.newest or not (oldest := retrying(lambda: self._source.oldest(limit=1))):
            return
        last = day_of(UUID(self.position.newest))
        for first in days_between(day_of(oldest[0].id), last)[::DAYS_AT_ONCE]:
            until = min(first + timedelta(days=DAYS_AT_ONCE - 1), last)
            for row in retrying(partial(self._source.statistics, first, until)):
                retrying(partial(self._target.put_statistics, *row))

    def _digests(self, record_id: UUID) -> tuple[str, str]:
        return digest(self._source, record_id), digest(self._target, record_id)

    def _start(self) -> Position:
        newest = retrying(lambda: self._source.newest(limit=1))
        return Position(newest=str(newest[0].id) if newest else "")

    def _remembered(self) -> Position | None:
        if not self._memory.exists():
            return None
        return Position(**json.loads(self._memory.read_text()))

    def _remember(self, *, before: UUID | None) -> None:
        self.position.before = str(before) if before else None
        replace({self._memory: json.dumps(asdict(self.position)).encode()})


def digest(store: HistoryStore, record_id: UUID) -> str:
    """SHA-256 of all that a store has of a record, its label included; empty where it has no such record."""
    try:
        record = store.get(record_id)
    except RecordNotFound:
        return ""
    label = store.label(record_id)
    parts = {**rows.from_summary(record), **rows.from_drawing(record)}
    parts |= {name: hashlib.sha256(parts[name]).hexdigest() for name in ("drawing", "inputs")}
    parts["label"] = [label.text, label.given_by, label.given_at_us] if label else None
    return hashlib.sha256(json.dumps([str(record_id), parts], sort_keys=True).encode()).hexdigest()


def _chained(before: str, one: str) -> str:
    return hashlib.sha256((before + one).encode()).hexdigest()
