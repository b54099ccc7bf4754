r"""The cost of a record to the process that stores it in Cassandra: in groups, and with a thread for each.

    script/cassandra start 3
    MNIST_SERVER_DB_ADDRESS=127.0.0.1,127.0.0.2,127.0.0.3 MNIST_SERVER_DB_REPLICATION=3 \
        .venv/bin/python -m benchmarks.cassandra_groups

adds records of realistic size to a keyspace of its own, which it drops afterwards, and prints the processor
time of the process a record, all its threads included. The ways take turns, because the nodes run beside it.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

from django.conf import settings

from benchmarks.million import a_record
from benchmarks.needs import need_cassandra
from history.ids import new_id
from history.records import Record
from history.stores.cassandra.connection import engine_session
from history.stores.cassandra.schema import sync
from history.stores.cassandra.store import CassandraStore

GROUPS = (1, 8, 32)
TURN = 64
"""The number of records that one way stores in its turn."""

TIMEOUT_S = 20.0
KEYSPACE = "groups"

Way = Callable[[Sequence[Record]], object]
"""Stores a group."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=2_000, help="in each way and size of group")
    records = options.parse_args().records
    need_cassandra()
    with opened() as store, ThreadPoolExecutor(max(GROUPS)) as threads:
        ways: dict[str, Way] = {
            "a thread for each": lambda group: list(threads.map(store.add, group)),
            "as a group": store.add_all,
        }
        print("| at once | " + " | ".join(f"{name}: CPU a record | wall" for name in ways) + " |")
        print("|---" * (1 + 2 * len(ways)) + "|")
        numbers = count()
        for size in GROUPS:
            costs: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
            for _ in range(1 + records // TURN):
                for name, way in ways.items():
                    costs[name].append(cost_us(way, size, numbers))
            cells = [
                f"{statistics.median(part):.0f} µs"
                for name in ways
                for part in zip(*costs[name][1:], strict=True)
            ]
            print(f"| {size} | {' | '.join(cells)} |", flush=True)


@contextmanager
def opened() -> Iterator[CassandraStore]:
    """A store in a keyspace of its own."""
    database: dict[str, Any] = {**settings.DATABASES["cassandra"], "NAME": KEYSPACE}
    sync(database, report=lambda _: None)
    store = CassandraStore(database, timeout_s=TIMEOUT_S)
    try:
        store.check()
        yield store
    finally:
        store.close()
        with engine_session(database) as session:
            session.execute(f"DROP KEYSPACE {KEYSPACE}", timeout=60)


def cost_us(way: Way, size: int, numbers: Iterator[int]) -> tuple[float, float]:
    """Microseconds per record of the processor, and of the clock, for some groups of this size."""
    made = [replace(a_record(next(numbers), 1_000_000), id=new_id()) for _ in range(TURN)]
    cpu, wall = time.process_time(), time.perf_counter()
    for start in range(0, TURN, size):
        way(made[start : start + size])
    return (time.process_time() - cpu) / TURN * 1e6, (time.perf_counter() - wall) / TURN * 1e6


if __name__ == "__main__":
    main()
