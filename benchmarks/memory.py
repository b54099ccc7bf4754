"""Measures the memory, processes and threads of a site with two workers: idle, and beside clients.

    .venv/bin/python -m benchmarks.memory --seconds 25

Starts the site as script/server runs it. Each of 32 clients sends one drawing after another; half of them
send pictures of 2048×2048 pixels in four channels. compose.yaml has limits for what is measured here. Exit
status 1: the site used more than LIMIT_MB, or recognised nothing.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import requests
from PIL import Image

from testbed.drawings import data_url, encoded
from testbed.processes import family, shared_memory_bytes
from testbed.sites import ROOT, Site, running_site

CLIENTS, LIMIT_MB = 32, 2_000


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=25)
    until_s = options.parse_args().seconds
    with tempfile.TemporaryDirectory() as state, running_site(Path(state)) as site:
        print("| | memory, MB | processes | threads |\n|---|---|---|---|")
        print(f"| idle | {' | '.join(map(str, used(site.process.pid)))} |")
        statuses: Counter[int] = Counter()
        deadline = time.monotonic() + until_s
        drawings = [(ROOT / "docs/images/seven.png").read_bytes(), mosaic()]
        clients = [
            threading.Thread(target=send, args=(site, drawings[number % 2], deadline, statuses))
            for number in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        highest = used(site.process.pid)
        while time.monotonic() < deadline:
            highest = tuple(map(max, highest, used(site.process.pid)))
            time.sleep(0.05)
        for client in clients:
            client.join()
        print(f"| {CLIENTS} clients | {' | '.join(map(str, highest))} |")
        print(f"Answers by their status: {dict(statuses)}")
    return int(highest[0] > LIMIT_MB or not statuses[200])


def mosaic() -> bytes:
    """A picture as large as the site takes, of squares of 8×8 pixels in any colour."""
    squares = np.random.default_rng(1).integers(0, 256, (256, 256, 4), dtype=np.uint8)
    return encoded(Image.fromarray(squares.repeat(8, axis=0).repeat(8, axis=1), "RGBA"))


def send(site: Site, drawing: bytes, deadline: float, statuses: "Counter[int]") -> None:
    while time.monotonic() < deadline:
        body = {"data": data_url(drawing)}
        statuses[requests.post(f"{site.url}/api/v1/identify", json=body, timeout=60).status_code] += 1


def used(process: int) -> tuple[int, ...]:
    """Megabytes of memory, where a page that several processes share counts once; processes; threads."""
    processes = family(process)
    threads = sum(len(list(Path(f"/proc/{each}/task").iterdir())) for each in processes)
    return round(shared_memory_bytes(processes) / 1e6), len(processes), threads


if __name__ == "__main__":
    sys.exit(main())
