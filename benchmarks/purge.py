"""How long a drawing waits to be stored in the embedded store while a large day is deleted.

    .venv/bin/python -m benchmarks.purge

fills a new file on the disk of MNIST_SERVER_STATE_DIR with a day of large drawings, and deletes the day while
one thread of the same process and another process each add a record every 20 ms. It prints the median and
the longest time that an addition took, first without and then beside the deletion.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

from django.conf import settings

from benchmarks.million import a_record
from history.ids import new_id, ticks_at, time_uuid
from history.stores.sqlite.store import SQLiteStore
from mnistsite.types import Drawing

INTERVAL_S = 0.02
ALONE_S = 3.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=2_000)
    options.add_argument("--bytes", type=int, default=100_000, help="size of each drawing")
    options.add_argument("--beside", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.beside:
        store = SQLiteStore(given.beside)
        print(*additions(store, until=lambda: not given.beside.with_name("deleting").exists()))
        return
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as folder:
        path, mark = Path(folder) / "history.sqlite3", Path(folder) / "deleting"
        store, day = SQLiteStore(path), datetime.now(UTC) - timedelta(days=30)
        for number in range(given.records):
            drawing = Drawing(content=os.urandom(given.bytes), media_type="image/png")
            record_id = time_uuid(ticks_at(day), clock_sequence=number % 2**14, node=number)
            store.add(replace(a_record(number, 1_000_000), id=record_id, drawing=drawing))
        end = time.monotonic() + ALONE_S
        report("alone", additions(store, until=lambda: time.monotonic() > end))
        mark.touch()
        command = [sys.executable, "-m", "benchmarks.purge", "--beside", str(path)]
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        time.sleep(2)
        own: list[float] = []
        thread = threading.Thread(
            target=lambda: own.extend(additions(store, until=lambda: not mark.exists()))
        )
        thread.start()
        started = time.perf_counter()
        store.purge(day.date())
        took_s = time.perf_counter() - started
        mark.unlink()
        thread.join()
        report("same process", own)
        report("another process", [float(each) for each in other.communicate()[0].split()])
    print(f"{given.records} records of {given.bytes} bytes were deleted in {took_s:.1f} s.")


def additions(store: SQLiteStore, *, until: Callable[[], bool]) -> list[float]:
    """The seconds that each of many additions took."""
    taken: list[float] = []
    while not until():
        record = replace(a_record(0, 1_000_000), id=new_id())
        started = time.perf_counter()
        store.add(record)
        taken.append(time.perf_counter() - started)
        time.sleep(INTERVAL_S)
    return taken


def report(name: str, taken: list[float]) -> None:
    print(f"{name}: median {statistics.median(taken) * 1000:.1f} ms, longest {max(taken) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
