"""`manage.py copy_history --from embedded --to cassandra`: move the history to another store, or back.

A copy goes from the newest record to the oldest; records that are made meanwhile are left to the next copy.
After each page, the position is saved to a file, from which a stopped copy goes on.
"""

import hashlib
import json
from argparse import ArgumentParser
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from history.ids import day_of, days_between, time_ordered
from history.stores import open_store, rows
from history.stores.base import HistoryStore, RecordNotFound, StoreUnavailable
from history.stores.retry import retrying
from management.atomic import replace
from management.progress import bars

PAGE = 64
THREADS = 8
DAYS_AT_ONCE = 30

Result = TypeVar("Result")


class Command(BaseCommand):
    help = (
        "Copy every record, label and share from one store to another, and compare both record by record. "
        "Nothing is removed from the first. After a stop, run this again to go on. "
        "With the same store on both sides, each record is written into its lists again."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = ("embedded", "cassandra")
        parser.add_argument("--from", choices=names, required=True, dest="source")
        parser.add_argument("--to", choices=names, required=True, dest="target")
        parser.add_argument(
            "--restart", action="store_true", help="begin again, instead of going on after an earlier run"
        )

    def handle(self, **options: Any) -> None:
        source, target = options["source"], options["target"]
        memory = settings.STATE_DIR / f"copy-{source}-{target}.json"
        try:
            copy = Copy(_opened(source), _opened(target), memory=memory)
            if options["restart"]:
                copy.restart()
            position = copy.position
            if position.copied:
                self.stdout.write(
                    f"Going on: {position.copied} copied and {position.compared} compared before."
                )
            _exhaust(bars(copy.copies(), total=None, description="Copying"))
            left = position.copied - position.compared
            _exhaust(bars(copy.comparisons(), total=left, description="Comparing"))
        except StoreUnavailable as error:
            raise CommandError(f"{error}. Run this again to go on.") from error
        except DifferentContent as error:
            raise CommandError(f"{error}. Run this again to copy and compare anew.") from error
        except KeyboardInterrupt as error:
            message = "Stopped. What has been copied is kept: run this again to go on."
            raise CommandError(message, returncode=130) from error
        self.stdout.write(
            f"{position.copied} records copied; both stores agree in each of {position.compared}."
        )
        self.stdout.write(f"SHA-256 of them all: {position.source_digest}")


def _opened(name: str) -> HistoryStore:
    if name not in settings.HISTORY_STORES:
        raise CommandError(f"MNIST_SERVER_DB_ADDRESS is not set: there is no store called {name}.")
    return open_store(name)


def _exhaust(items: Iterable[object]) -> None:
    for _ in items:
        pass


class DifferentContent(Exception):
    """The stores still differ after everything was copied."""


@dataclass
class Position:
    """The position of a copy."""

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
        """memory: the file of the position. Raises StoreUnavailable."""
        self._source, self._target, self._memory = source, target, memory
        self.position = Position(**json.loads(memory.read_text())) if memory.exists() else self._start()

    def restart(self) -> None:
        """Begin again."""
        self._memory.unlink(missing_ok=True)
        self.position = self._start()

    def copies(self) -> Generator[UUID]:
        """Copy the records that are not copied yet, and yield their ids. Raises StoreUnavailable."""
        if self.position.compares:
            return
        for page in self._pages():
            deleted = retrying(partial(self._target.deleted, page))
            wanted = [record_id for record_id in page if record_id not in deleted]
            self._each(self._copy, wanted)
            self.position.copied += len(wanted)
            yield from wanted
            self._remember(before=page[-1])
        if self.position.newest and (oldest := retrying(lambda: self._source.oldest(limit=1))):
            # The counts of the days that are copied. To copy a row again changes nothing.
            last = day_of(UUID(self.position.newest))
            for first in days_between(day_of(oldest[0].id), last)[::DAYS_AT_ONCE]:
                until = min(first + timedelta(days=DAYS_AT_ONCE - 1), last)
                for row in retrying(partial(self._source.statistics, first, until)):
                    retrying(partial(self._target.put_statistics, *row))
        self.position.compares = True
        self._remember(before=None)

    def comparisons(self) -> Generator[UUID]:
        """Compare the records that are not compared yet, and yield their ids.

        Raises StoreUnavailable, and DifferentContent at the end.
        """
        position = self.position
        for page in self._pages():
            both = self._each(lambda each: (digest(self._source, each), digest(self._target, each)), page)
            position.compared += len(page)
            deleted = retrying(partial(self._target.deleted, page))
            for record_id, (source, target) in zip(page, both, strict=True):
                if not target and record_id in deleted:
                    position.compared -= 1  # A copy does not bring it back.
                    continue
                position.source_digest = _chained(position.source_digest, source)
                position.target_digest = _chained(position.target_digest, target)
                position.different += source != target
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
            if share := self._source.share(record_id):
                self._target.put_share(share)
        except RecordNotFound:
            return  # It was deleted after the page was read.

    def _start(self) -> Position:
        newest = retrying(lambda: self._source.newest(limit=1))
        return Position(newest=str(newest[0].id) if newest else "")

    def _remember(self, *, before: UUID | None) -> None:
        self.position.before = str(before) if before else None
        replace({self._memory: json.dumps(asdict(self.position)).encode()})


def digest(store: HistoryStore, record_id: UUID) -> str:
    """SHA-256 of all that a store has for a record, with its label and share; empty without a record."""
    try:
        record = store.get(record_id)
    except RecordNotFound:
        return ""
    label = store.label(record_id)
    parts = {**rows.from_summary(record), **rows.from_drawing(record)}
    parts |= {name: hashlib.sha256(parts[name]).hexdigest() for name in ("drawing", "inputs")}
    parts["label"] = [label.text, label.given_by, label.given_at_us] if label else None
    if share := store.share(record_id):
        parts["share"] = rows.from_share(share)
    return hashlib.sha256(json.dumps([str(record_id), parts], sort_keys=True).encode()).hexdigest()


def _chained(before: str, one: str) -> str:
    return hashlib.sha256((before + one).encode()).hexdigest()
