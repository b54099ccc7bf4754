"""All tests in three parts at once, as script/test runs them: with the cluster, with the browser, the rest.

Each part waits often: for three nodes that start, for a page to be drawn, for a site's answer. Their outputs
come one after the other, and then one line sums them up.
"""

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

PARTS = ("cluster", "browser and not cluster", "not browser and not cluster")
"""What pytest's -m takes. Each test is in one of them."""

INTERRUPTED = 130
KINDS = {
    "passed": "passed",
    "failed": "failed",
    "error": "failed",
    "errors": "failed",
    "skipped": "skipped",
    "xfailed": "skipped",
}
"""pytest's words, and what they are summed up as."""


def pytest_configure() -> None:
    """A run that is told to end ends what it has started, too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@dataclass(frozen=True)
class Part:
    output: Path
    process: "subprocess.Popen[bytes]"

    def show(self) -> None:
        """Write what the part writes, until it has ended."""
        with self.output.open("rb") as file:
            has_ended = False
            while not has_ended:
                has_ended = self.process.poll() is not None  # Before its last words are read.
                sys.stdout.buffer.write(file.read())
                sys.stdout.flush()
                time.sleep(0 if has_ended else 0.1)

    def counts(self) -> Counter[str]:
        """How many passed, failed and were skipped. A part that ended otherwise has one failure at least."""
        *_, last = ["", *self.output.read_text(errors="replace").splitlines()]
        counts: Counter[str] = Counter()
        for number, word in re.findall(r"(\d+) ([a-z]+)", last):
            if word in KINDS:
                counts[KINDS[word]] += int(number)
        if self.process.returncode and not counts["failed"]:
            counts["failed"] = 1
        return counts


def start(chosen: str, arguments: Sequence[str], output: Path) -> Part:
    """Starts pytest in a process group of its own: Ctrl-C would else reach it and all that it has started."""
    colour = "yes" if sys.stdout.isatty() else "no"
    # This file is its plugin, too: the tests that test_parts.py writes lie outside of tests/conftest.py.
    command = [sys.executable, "-m", "pytest", "-p", "tests.parts", "-m", chosen, f"--color={colour}"]
    command += arguments
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, process_group=0
        )
    return Part(output, process)


def main(arguments: Sequence[str]) -> int:
    parts: list[Part] = []
    interruptions: list[int] = []

    def end_all(number: int, frame: FrameType | None) -> None:
        """Once: pytest is not to be disturbed while it ends what it has started."""
        if not interruptions:
            for part in parts:
                part.process.send_signal(signal.SIGTERM)
        interruptions.append(number)

    signal.signal(signal.SIGINT, end_all)
    signal.signal(signal.SIGTERM, end_all)
    with tempfile.TemporaryDirectory() as folder:
        for index, chosen in enumerate(PARTS):
            if not interruptions:
                parts.append(start(chosen, arguments, Path(folder, f"{index}.log")))
        for part in parts:
            part.show()
        total = sum((part.counts() for part in parts), Counter[str]())
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"\n{total['passed']} passed, {total['failed']} failed{skipped}")  # noqa: T201
    return INTERRUPTED if interruptions else int(total["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
