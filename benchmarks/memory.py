"""Measures whether the workers' memory grows with the number of requests.

    .venv/bin/python -m benchmarks.memory --requests 100000

Starts the site as script/server runs it, and sends it requests of all kinds. Prints each worker's own memory after
a warm-up and then ten times. Exit status 1: a worker has grown by more than LIMIT_BYTES since the warm-up, or
a response had a status from 500 on.
"""

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from testbed.mixed_requests import MixedRequests, private_bytes
from testbed.sites import running_site, workers

LIMIT_BYTES = 5_000_000
CLIENTS, PARTS = 4, 10


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--requests", type=int, default=100_000, help="after the warm-up")
    options.add_argument("--warm-up", type=int, default=20_000)
    chosen = options.parse_args()
    statuses = Counter[int]()
    with tempfile.TemporaryDirectory() as state, running_site(Path(state)) as site:
        clients = [MixedRequests(site, seed=seed) for seed in range(CLIENTS)]
        own = sorted(workers(site))

        def send(count: int) -> list[int]:
            with ThreadPoolExecutor(CLIENTS) as threads:
                each = threads.map(lambda client: [client.send() for _ in range(count // CLIENTS)], clients)
                statuses.update(status for found in each for status in found)
            return [private_bytes(pid) for pid in own]

        warm = send(chosen.warm_up)
        print("| requests | " + " | ".join(f"worker {number + 1}, MB" for number in range(len(own))) + " |")
        print("|---|" + "---|" * len(own))
        print(f"| {chosen.warm_up:,} | " + " | ".join(f"{size / 1e6:.1f}" for size in warm) + " |", flush=True)
        for part in range(PARTS):
            now = send(chosen.requests // PARTS)
            sent = chosen.warm_up + (part + 1) * chosen.requests // PARTS
            print(f"| {sent:,} | " + " | ".join(f"{size / 1e6:.1f}" for size in now) + " |", flush=True)
    grown = max(after - before for before, after in zip(warm, now, strict=True))
    print(f"\nGrown by {grown / 1e6:.1f} MB at most. Statuses: {dict(sorted(statuses.items()))}")
    return int(grown > LIMIT_BYTES or max(statuses) >= 500)


if __name__ == "__main__":
    sys.exit(main())
