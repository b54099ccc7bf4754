"""A load by wrk on one core, and what a server did meanwhile."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from testbed.processes import cpu_s

LUA = Path(__file__).with_name("wrk.lua")
TIMEOUT_S = 20
IDLE_S, MOST_IDLE_CPU_S = 0.5, 0.02


@dataclass(frozen=True, slots=True)
class Load:
    """The load, as wrk reports it."""

    requests: int
    """Those that were answered, also with an error."""
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    """Answered with a status of 400 or more."""
    broken: int
    """Connections that could not be made, read or written."""
    timed_out: int
    queued: int
    """Durable in the outbox of this site, but not in its history."""

    @property
    def errors(self) -> int:
        return self.refused + self.broken + self.timed_out


@dataclass(frozen=True, slots=True)
class Turn:
    """A server under load."""

    load: Load
    cpu_s: float
    """Of all of the server's processes."""

    @property
    def requests_per_s(self) -> float:
        return self.load.requests / self.load.seconds

    @property
    def cpu_us(self) -> float:
        """A request."""
        return self.cpu_s / max(self.load.requests, 1) * 1e6


def need_wrk() -> None:
    if not shutil.which("wrk"):
        sys.exit("wrk is needed: apt-get install wrk, or https://github.com/wg/wrk.")


def write_requests(file: Path, requests: Iterable[bytes]) -> None:
    """In the form that wrk.lua reads."""
    with file.open("wb") as stream:
        for request in requests:
            stream.write(b"%d\n%s" % (len(request), request))


def turn(
    url: str, process: int, requests: Path, *, skip: int, connections: int, seconds: float, core: int
) -> Turn:
    """Send as many requests as the server answers. Returns when it has no more work."""
    before = cpu_s(process)
    load = parse(run_wrk(url, requests, skip=skip, connections=connections, seconds=seconds, core=core))
    measured = Turn(load, cpu_s(process) - before)
    wait_until_idle(process)
    return measured


def run_wrk(url: str, requests: Path, *, skip: int, connections: int, seconds: float, core: int) -> str:
    options = ["--threads", "1", "--connections", str(connections), "--duration", f"{seconds:.0f}s"]
    command = ["taskset", "--cpu-list", str(core), "wrk", *options, "--timeout", f"{TIMEOUT_S}s"]
    command += ["--script", str(LUA), url, "--", str(requests), str(skip)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def parse(output: str) -> Load:
    """Read the line that wrk.lua prints below wrk's own."""
    return Load(**json.loads(output.splitlines()[-1]))


def wait_until_idle(process: int) -> None:
    """Return when a server no longer works: on what wrk does not wait for, or on what it prepares."""
    spent = cpu_s(process)
    while True:
        time.sleep(IDLE_S)
        before, spent = spent, cpu_s(process)
        if spent - before <= MOST_IDLE_CPU_S:
            return
