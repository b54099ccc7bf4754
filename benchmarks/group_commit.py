"""How long the embedded store takes for a durable record, alone and among many at once.

    .venv/bin/python -m benchmarks.group_commit

adds records of realistic size to a new file on the disk of MNIST_SERVER_STATE_DIR. One thread pays a sync
for each record; many threads share theirs. The ratio counts.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

from django.conf import settings

from benchmarks.million import a_record
from history.records import Record
from history.stores.sqlite.store import SQLiteStore

TURNS = 3
CROWDS = (1, 4, 16, 64)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=4_000, help="each time")
    count = options.parse_args().records
    made = (a_record(number, 1_000_000) for number in range(count * TURNS * len(CROWDS)))
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as folder:
        store = SQLiteStore(Path(folder) / "history.sqlite3", busy_timeout_s=60)
        # In turns, so that a disk that gets slower does so for all.
        turns = [[cost_us(store, threads, islice(made, count)) for threads in CROWDS] for _ in range(TURNS)]
    costs = [min(of_one) for of_one in zip(*turns, strict=True)]
    print("| at once | a record | to one alone |\n|---|---|---|")
    for threads, cost in zip(CROWDS, costs, strict=True):
        print(f"| {threads} | {cost:.0f} µs | {cost / costs[0]:.2f} |")


def cost_us(store: SQLiteStore, threads: int, records: Iterable[Record]) -> float:
    """Microseconds per record, with this number of threads, each of which adds one record after another."""
    chosen = list(records)
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        list(pool.map(store.add, chosen))
        return (time.perf_counter() - started) / len(chosen) * 1e6


if __name__ == "__main__":
    main()
