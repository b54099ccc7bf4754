"""A copy of the working tree in which mutants are made, so that the tree itself stays as it is."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.mutation.mutants import Mutant

ROOT = Path(__file__).resolve().parents[2]
LINKS = (".venv", "node_modules", "var/cassandra/jars")
"""Large, and never mutated."""
_times = count(1_000_000_000)
"""A time of its own for each version of a file: Python takes compiled code for current by time and size."""


class Outcome(NamedTuple):
    ended: str
    """`passed`, `failed` or `late`."""
    by: str
    """The test that it ended in."""


class Scratch:
    """A copy, with a process that runs tests in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.worker"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def try_out(self, mutant: Mutant, limits: Mapping[str, float]) -> Outcome:
        """How the tests end while the file is mutated."""
        path = self.folder / mutant.path
        original = path.read_bytes()
        try:
            write(path, mutant.code)
            return self._run(limits)
        finally:
            write(path, original)

    def _run(self, limits: Mapping[str, float]) -> Outcome:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(limits) + "\n")
        self._process.stdin.flush()
        return Outcome(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def copied_files() -> list[str]:
    """What git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [file for file in listed.split("\0") if file and (ROOT / file).is_file()]


@contextmanager
def scratch_copy() -> Iterator[Path]:
    around = Path(tempfile.mkdtemp(prefix="mutants-"))
    folder = around / "copy"  # Beside it is what the tests write.
    try:
        for file in copied_files():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, folder / file)
        for link in LINKS:
            if (ROOT / link).exists():
                (folder / link).parent.mkdir(parents=True, exist_ok=True)
                (folder / link).symlink_to((ROOT / link).resolve())
        yield folder
    finally:
        shutil.rmtree(around, ignore_errors=True)


def write(path: Path, code: bytes) -> None:
    path.write_bytes(code)
    os.utime(path, (next(_times),) * 2)
