"""How long a page of the history takes, near and far, in a store with a million records of realistic size.

    .venv/bin/python -m benchmarks.history_pages embedded
    script/cassandra start
    MNIST_SERVER_DB_ADDRESS=127.0.0.1 .venv/bin/python -m benchmarks.history_pages cassandra

fills a store beside the site's own, or goes on filling it if an earlier run was stopped. It then reads pages
of each kind of list at its start, up to a thousand pages on, in its middle and at its end. The ratios between
these count, and the memory should not grow.
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
from history.filters import EVERYTHING, ListFilter, label_list_keys, list_keys
from history.records import Record
from history.stores.base import HistoryStore

PAGE = 25
ROUNDS = 100
WALKED = 1_000
LISTS = {
    "everything": EVERYTHING,
    "one visitor": ListFilter("visitor", "visitor 7"),
    "one digit": ListFilter("digit", "7"),
    "one label": ListFilter("label", "7"),
    "one model": ListFilter("model", MODELS[0]),
    "one origin": ListFilter("origin", ORIGINS[0]),
    "below 80 %": ListFilter("below", "80"),
    "disagreeing": ListFilter("disagreeing", "1"),
    "one day": ListFilter(day=(START + timedelta(days=DAYS // 2)).date()),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("store", choices=("embedded", "cassandra"))
    options.add_argument("--records", type=int, default=1_000_000)
    chosen = options.parse_args()
    fill(chosen.store, chosen.records)
    store = opened(chosen.store)
    print("| list | place | median | 95 % | to the first page |\n|---|---|---|---|---|")
    for name, list_filter in LISTS.items():
        report(name, places(store, list_filter, chosen.records))
    report_memory(store)


def places(store: HistoryStore, list_filter: ListFilter, records: int) -> dict[str, list[float]]:
    """Several times in milliseconds for a page at each place of a list."""
    walked = list(islice(cursors(store, list_filter), WALKED - 1))
    starts: dict[str, UUID | None] = {"first page": None, f"page {len(walked) + 1}": walked[-1]}
    if list_filter.day is None:
        starts["middle"] = at(START + timedelta(days=DAYS / 2), random.Random(0))  # noqa: S311 -- no secret
        starts["last page"] = last_page(list_filter, records)
    page = partial(store.newest, limit=PAGE, list_filter=list_filter)
    return {place: timed(partial(page, before=before)) for place, before in starts.items()}


def cursors(store: HistoryStore, list_filter: ListFilter) -> Iterator[UUID]:
    """Where each page but the first begins."""
    before: UUID | None = None
    while len(page := store.newest(limit=PAGE, before=before, list_filter=list_filter)) == PAGE:
        before = page[-1].id
        yield before


def last_page(list_filter: ListFilter, records: int) -> UUID:
    """Where the last full page begins."""
    oldest = (record for number in range(records) if is_in(record := a_record(number, records), list_filter))
    return next(islice(oldest, PAGE, None)).id


def is_in(record: Record, list_filter: ListFilter) -> bool:
    label = label_of(record)
    names = [EVERYTHING.key, *list_keys(record), *(label_list_keys(record, label.text) if label else [])]
    return list_filter.key in names


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
