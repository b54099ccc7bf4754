"""How long the dashboard takes with a million counted records, and how long it takes to count them again.

    .venv/bin/python -m benchmarks.dashboard embedded
    script/cassandra start
    MNIST_SERVER_DB_ADDRESS=127.0.0.1 .venv/bin/python -m benchmarks.dashboard cassandra

writes, beside the site's own history, the counts of twelve processes on each of 90 days, and requests the
whole page. The time depends on the number of processes and days, and not on the number of records.
"""

import argparse
import os
import random
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory

from benchmarks.million import DAYS, START, fill, opened
from benchmarks.needs import need_collected_files
from history.admin.dashboard import DashboardView
from history.statistics.counts import Counts
from history.stores.base import HistoryStore
from management.management.commands.count_history import count

PROCESSES, PERIOD, ROUNDS = 12, 90, 100


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("store", choices=("embedded", "cassandra"))
    options.add_argument("--records", type=int, default=20_000, help="to be counted again")
    chosen = options.parse_args()
    need_collected_files()
    store, today = opened(chosen.store), datetime.now(UTC).date()
    fill_statistics(store, today)
    with patch("history.selectors.open_store", lambda: store):
        started = time.process_time()
        times = sorted(page_ms() for _ in range(ROUNDS))
    computed_ms = (time.process_time() - started) / ROUNDS * 1000
    print(f"the page: {statistics.median(times):.0f} ms, 95 %: {times[int(ROUNDS * 0.95)]:.0f} ms")
    print(f"of which the processor had {computed_ms:.0f} ms to do")
    fill(chosen.store, chosen.records)
    report_counting(store)


def fill_statistics(store: HistoryStore, today: date) -> None:
    for age in range(PERIOD):
        for process in range(PROCESSES):
            counts = some_counts(1_000_000 // PERIOD // PROCESSES, seed=process)
            store.put_statistics(today - timedelta(days=age), f"process {process}", counts.to_json())


def some_counts(records: int, *, seed: int) -> Counts:
    """Counts such as those of `records` records, with as many different names."""
    numbers = random.Random(seed)  # noqa: S311 -- to be the same again, and no secret
    several = [
        Counts({"drawings": records, "probability": 970_000 * records, "labelled": 20, "agreeing": 18})
    ]
    for _ in range(records):
        bucket = round(numbers.gauss(20, 5))
        several.append(Counts({f"digit {numbers.randrange(10)}": 1, f"latency {bucket}": 1}))
    pairs = [(numbers.randrange(10), numbers.randrange(10)) for _ in range(20)]
    return Counts.total([*several, *(Counts({f"label {label} {read}": 1}) for label, read in pairs)])


def page_ms() -> float:
    request: HttpRequest = RequestFactory().get("/", {"days": PERIOD})
    request.user = User(username="anna", is_staff=True, is_superuser=True)
    started = time.perf_counter()
    assert DashboardView.as_view()(request).status_code == 200
    return (time.perf_counter() - started) * 1000


def report_counting(store: HistoryStore) -> None:
    started = time.perf_counter()
    days = [START.date() + timedelta(days=number) for number in range(DAYS)]
    counted = Counts.total(count(store, day) for day in days).drawings
    print(f"counting again: {counted / (time.perf_counter() - started):.0f} records a second")


if __name__ == "__main__":
    main()
