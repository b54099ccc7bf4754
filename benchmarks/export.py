"""The time and memory of an export, of a small history and of one ten times as large.

    .venv/bin/python -m benchmarks.export

makes both beside the site's own, and runs `export_history` for each format on both, each time in a process of
its own. The memory should not grow with the history.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

from django.conf import settings

from benchmarks.million import THREADS, a_record
from history.export.formats import FORMATS
from history.stores.sqlite.store import SQLiteStore
from management.progress import bars

TIMES = 10
EXPORT = """
import runpy, time
from testbed.processes import memory_bytes
try:
    runpy.run_path("manage.py", run_name="__main__")
finally:
    print(time.process_time(), memory_bytes("VmHWM"))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=2_000, help="of the small history")
    small = options.parse_args().records
    print("| format | records | CPU a record | bytes a record | memory at most |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as folder:
        for records in (small, small * TIMES):
            state = Path(folder) / str(records)
            fill(state, records)
            for name in FORMATS:
                report(name, records, state)


def fill(state: Path, records: int) -> None:
    state.mkdir()
    store = SQLiteStore(state / "history.sqlite3", busy_timeout_s=60)
    numbers = bars(range(records), total=records, description="Filling")
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in threads.map(lambda number: store.add(a_record(number, records)), numbers):
            pass


def report(name: str, records: int, state: Path) -> None:
    """Export everything and print the time and memory. Without labels, the results are exported."""
    form, out = FORMATS[name], state / f"out-{name}{'.zip' if FORMATS[name].is_folder else ''}"
    arguments = [str(out), f"--format={name}", *(["--answers"] if form.trains else [])]
    printed = subprocess.run(
        [sys.executable, "-c", EXPORT, "export_history", *arguments],
        env={**os.environ, "MNIST_SERVER_STATE_DIR": str(state), "MNIST_SERVER_DB_ADDRESS": ""},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    cpu_s, most_bytes = map(float, printed.split()[-2:])
    cost_ms, size_bytes = 1000 * cpu_s / records, out.stat().st_size / records
    print(
        f"| {name} | {records} | {cost_ms:.2f} ms | {size_bytes:.0f} | {most_bytes / (1 << 20):.0f} MB |",
        flush=True,
    )


if __name__ == "__main__":
    main()
