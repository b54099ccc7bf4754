"""What a page of the history costs, near and far, in a store with a million records of realistic size.

    .venv/bin/python -m benchmarks.history_pages embedded
    script/cassandra start
    MNIST_SERVER_DB_ADDRESS=127.0.0.1 .venv/bin/python -m benchmarks.history_pages cassandra

fills a store beside the site's own where that is not full yet, goes on with a filling that was stopped, and
then reads pages of each kind of list at its start, up to a thousand pages on, in its middle and at its end.
The ratios between these count, and the memory held should not grow.
"""

import argparse
import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

from benchmarks.million import DAYS, MODELS, ORIGINS, START, a_record, at, fill, label_of, opened
from history.lists import EVERYTHING, Wanted, names_of, names_of_label
from history.records import Record
from history.stores.base import HistoryStore

PAGE = 25
ROUNDS = 100
WALKED = 1_000
LISTS = {
    "everything": EVERYTHING,
    "one visitor": Wanted(visitor="visitor 7"),
    "one digit": Wanted(digit=7),
    "one label": Wanted(label="7"),
    "one model": Wanted(model=MODELS[0]),
    "one origin": Wanted(origin=ORIGINS[0]),
    "below 80 %": Wanted(below=80),
    "disagreeing": Wanted(disagreeing=True),
    "one day": Wanted(day=(START + timedelta(days=DAYS // 2)).date()),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("store", choices=("embedded", "cassandra"))
    options.add_argument("--records", type=int, default=1_000_000)
    chosen = options.parse_args()
    fill(chosen.store, chosen.records)
    store = opened(chosen.store)
    print("| list | place | median | 95 % | to the first page |\n|---|---|---|---|---|")
    for name, wanted in LISTS.items():
        report(name, places(store, wanted, chosen.records))
    report_memory(store)


def places(store: HistoryStore, wanted: Wanted, records: int) -> dict[str, list[float]]:
    """Milliseconds of a page, several times, at each place of a list."""
    walked = list(islice(cursors(store, wanted), WALKED - 1))
    starts: dict[str, UUID | None] = {"first page": None, f"page {len(walked) + 1}": walked[-1]}
    if wanted.day is None:
        starts["middle"] = at(START + timedelta(days=DAYS / 2), random.Random(0))  # noqa: S311 -- no secret
        starts["last page"] = last_page(wanted, records)
    page = partial(store.newest, limit=PAGE, wanted=wanted)
    return {place: timed(partial(page, before=before)) for place, before in starts.items()}


def cursors(store: HistoryStore, wanted: Wanted) -> Iterator[UUID]:
    """Where each page but the first begins."""
    before: UUID | None = None
    while len(page := store.newest(limit=PAGE, before=before, wanted=wanted)) == PAGE:
        before = page[-1].id
        yield before


def last_page(wanted: Wanted, records: int) -> UUID:
    """Where the last full page begins."""
    oldest = (record for number in range(records) if is_in(record := a_record(number, records), wanted))
    return next(islice(oldest, PAGE, None)).id


def is_in(record: Record, wanted: Wanted) -> bool:
    label = label_of(record)
    names = [EVERYTHING.name, *names_of(record), *(names_of_label(record, label.text) if label else [])]
    return wanted.name in names


def timed(ask: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def report(name: str, measured: dict[str, list[float]]) -> None:
    base = statistics.median(measured["first page"])
    for place, times in measured.items():
        median, high = statistics.median(times), times[int(len(times) * 0.95)]
        print(f"| {name} | {place} | {median:.1f} ms | {high:.1f} ms | {median / base:.2f} |", flush=True)


def report_memory(store: HistoryStore) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pages = sum(1 for _ in islice(cursors(store, EVERYTHING), WALKED))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{pages} more pages: {before / 1024:.0f} MB held before, {grown / 1024:.1f} MB more after.")


if __name__ == "__main__":
    main()
