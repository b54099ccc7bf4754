"""How many drawings a second this site recognises and keeps, beside others that do less.

    .venv/bin/python -m benchmarks.throughput
    .venv/bin/python -m benchmarks.throughput --seconds 3 --turns 1 --connections 64 --systems original,page

Starts all systems on one core and lets them take turns under the load of wrk, which runs on another core and
sends 5,000 different drawings. Their environments are in var/throughput. Ratios are between turns that follow
one another, so they hardly depend on what else this machine does. Exit status 1: a request failed.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from tqdm import tqdm

from benchmarks.throughput import drawings, load, report
from benchmarks.throughput.environments import FOLDER, write_onnx_network
from benchmarks.throughput.report import Case, Measured
from benchmarks.throughput.systems import (
    SYSTEMS,
    USUAL,
    Server,
    System,
    copy_history,
    requests_to,
    slow_clients,
    started,
)
from testbed.processes import family, pin, shared_memory_bytes

WARM_UP_S, WARM_UP_CONNECTIONS = 2, 64
CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Started:
    """A system that runs, and is measured."""

    system: System
    server: Server
    measured: Measured
    requests: dict[str, Path] = field(default_factory=dict)
    """A file for each kind of drawings."""

    def under_load(self, kind: str, connections: int, seconds: int, core: int) -> load.Turn:
        beside = slow_clients(self.server, core) if self.system.slow_clients else nullcontext()
        with beside:
            return load.turn(
                self.server.url,
                self.server.process,
                self.requests[kind],
                skip=random.randrange(drawings.MOST),  # noqa: S311 -- no secret
                connections=connections,
                seconds=seconds,
                core=core,
            )


def main() -> int:
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # So that it ends the systems, too.
    load.need_wrk()
    FOLDER.mkdir(parents=True, exist_ok=True)
    bodies = {kind: drawings.bodies(kind, FOLDER) for kind in options.drawings}
    if "fastapi" in options.systems:
        write_onnx_network()
    with ExitStack() as stack:
        entrants = [stack.enter_context(start(SYSTEMS[name], bodies, options)) for name in options.systems]
        turns = list(product(range(options.turns), options.drawings, options.connections, entrants))
        for _, kind, connections, entrant in tqdm(turns, unit="turn"):
            turn = entrant.under_load(kind, connections, options.seconds, options.load_core)
            case = Case(drawings.KINDS[kind].title, connections)
            entrant.measured.turns.setdefault(case, []).append(turn)
        for entrant in entrants:
            entrant.measured.memory_mb = shared_memory_bytes(family(entrant.server.process)) / 1e6
    systems = {name: entrant.measured for name, entrant in zip(options.systems, entrants, strict=True)}
    tables = report.markdown(systems)
    print(tables)
    if options.out:
        options.out.with_suffix(".md").write_text(tables)
        report.plot(systems, options.out.with_suffix(".svg"))
    return int(any(row.errors for row in report.rows(systems)))


@contextmanager
def start(system: System, bodies: dict[str, list[dict]], options: argparse.Namespace) -> Iterator[Started]:
    """A system that was started twice, is pinned and warm, and whose requests are written."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        state = Path(folder)
        if system.records:
            copy_history(system.records, state)
        body = bodies[options.drawings[0]][0]
        with started(system, state, body, workers=options.workers) as first:
            load.wait_until_idle(first.process)  # The site may compile its kernels now.
        with started(system, state, body, workers=options.workers) as second:
            load.wait_until_idle(second.process)
            pin(second.process, options.cores)
            entrant = Started(system, second, Measured(system.title, (first.ready_s, second.ready_s)))
            for kind in options.drawings:
                entrant.requests[kind] = state / f"requests-{kind}"
                load.write_requests(entrant.requests[kind], requests_to(system, second.url, bodies[kind]))
                entrant.under_load(kind, WARM_UP_CONNECTIONS, WARM_UP_S, options.load_core)
            yield entrant


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--systems",
        type=some_of(SYSTEMS),
        default=USUAL,
        help=f"some of {', '.join(SYSTEMS)}",
    )
    options.add_argument(
        "--drawings",
        type=some_of(drawings.KINDS),
        default=["digits"],
        help=f"some of {', '.join(drawings.KINDS)}",
    )
    options.add_argument("--connections", type=numbers, default=[1, 8, 64, 256])
    options.add_argument("--seconds", type=int, default=10, help="how long each turn takes")
    options.add_argument("--turns", type=int, default=5, help="of each system in each case")
    options.add_argument("--workers", type=int, default=1, help="of each system")
    options.add_argument("--cores", type=numbers, default=CORES[:1], help="of the systems")
    options.add_argument("--load-core", type=int, default=CORES[-1], help="of wrk")
    options.add_argument(
        "--out", type=Path, help="write the tables to this name with .md, and a plot with .svg"
    )
    return options


def some_of(known: Mapping[str, object]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := set(chosen) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))} is unknown")
        return chosen

    return names


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
