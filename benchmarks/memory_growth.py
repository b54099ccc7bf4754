"""Measures whether a worker's memory grows with the number of requests.

    .venv/bin/python -m benchmarks.memory_growth --requests 100000

Starts the site with one worker, otherwise as script/server runs it, and sends it requests of all kinds.
Prints the worker's own memory after a warm-up and then ten times. Exit status 1: it has grown by more than
LIMIT_BYTES since the warm-up, or a response had a status from 500 on.
"""

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from testbed.mixed_requests import MixedRequests
from testbed.processes import memory_bytes
from testbed.sites import running_site, workers

LIMIT_BYTES = 5_000_000
CLIENTS, PARTS = 4, 10


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--requests", type=int, default=100_000, help="after the warm-up")
    options.add_argument("--warm-up", type=int, default=20_000)
    chosen = options.parse_args()
    statuses = Counter[int]()
    with (
        tempfile.TemporaryDirectory() as state,
        running_site(Path(state), WEB_CONCURRENCY="1") as site,
        ThreadPoolExecutor(CLIENTS) as threads,
    ):
        clients = [MixedRequests(site, seed=seed) for seed in range(CLIENTS)]
        (worker,) = workers(site)

        def memory_after(count: int) -> int:
            each = threads.map(lambda client: [client.send() for _ in range(count // CLIENTS)], clients)
            statuses.update(status for found in each for status in found)
            size = memory_bytes("RssAnon", worker)
            print(f"| {statuses.total():,} | {size / 1e6:.1f} |", flush=True)
            return size

        print("| requests | MB |\n|---|---|")
        warm = memory_after(chosen.warm_up)
        grown = [memory_after(chosen.requests // PARTS) for _ in range(PARTS)][-1] - warm
    print(f"\nGrown by {grown / 1e6:.1f} MB. Statuses: {dict(sorted(statuses.items()))}")
    return int(grown > LIMIT_BYTES or max(statuses) >= 500)


if __name__ == "__main__":
    sys.exit(main())
