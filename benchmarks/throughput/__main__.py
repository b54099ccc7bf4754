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
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path

from tqdm import tqdm

from benchmarks.throughput import drawings, load, report
from benchmarks.throughput.environments import FOLDER, write_onnx_network
from benchmarks.throughput.report import Measured
from benchmarks.throughput.systems import SYSTEMS, Server, requests_to, started
from testbed.processes import family, shared_memory_bytes

WARM_UP_S, WARM_UP_CONNECTIONS = 2, 64
CORES = sorted(os.sched_getaffinity(0))


def main() -> int:
    options = parser().parse_args()
    load.need_wrk()
    FOLDER.mkdir(parents=True, exist_ok=True)
    bodies = drawings.bodies(FOLDER)
    if "fastapi" in options.systems:
        write_onnx_network()
    systems = {name: Measured(SYSTEMS[name].title) for name in options.systems}
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=FOLDER)))
        servers = {
            name: stack.enter_context(start(name, measured, bodies, state / name, options))
            for name, measured in systems.items()
        }
        turns = list(product(range(options.turns), options.connections, systems))
        for _, connections, name in tqdm(turns, unit="turn"):
            turn = under_load(servers[name], state / name, connections, options.seconds, options)
            systems[name].turns.setdefault(connections, []).append(turn)
        for name, measured in systems.items():
            measured.memory_mb = shared_memory_bytes(family(servers[name].process)) / 1e6
    print(report.markdown(systems))
    if options.out:
        options.out.with_suffix(".md").write_text(report.markdown(systems))
        report.plot(systems, options.out.with_suffix(".svg"))
    return int(any(row.errors for row in report.rows(systems)))


@contextmanager
def start(
    name: str, measured: Measured, bodies: Sequence[dict], state: Path, options: argparse.Namespace
) -> Iterator[Server]:
    """A system that was started twice, is pinned and warm, and whose requests are written."""
    state.mkdir()
    with started(SYSTEMS[name], state, bodies[0], workers=options.workers) as server:
        measured.ready_s.append(server.ready_s)
    with started(SYSTEMS[name], state, bodies[0], workers=options.workers) as server:
        measured.ready_s.append(server.ready_s)
        load.pin(server.process, options.cores)
        load.write_requests(state / "requests", requests_to(SYSTEMS[name], server.url, bodies))
        under_load(server, state, WARM_UP_CONNECTIONS, WARM_UP_S, options)
        yield server


def under_load(
    server: Server, state: Path, connections: int, seconds: float, options: argparse.Namespace
) -> load.Turn:
    return load.turn(
        server.url,
        server.process,
        state / "requests",
        skip=random.randrange(drawings.COUNT),  # noqa: S311 -- no secret
        connections=connections,
        seconds=seconds,
        core=options.load_core,
    )


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--systems", type=names, default=list(SYSTEMS), help=f"some of {','.join(SYSTEMS)}")
    options.add_argument("--connections", type=numbers, default=[1, 8, 64, 256])
    options.add_argument("--seconds", type=int, default=10, help="how long each turn takes")
    options.add_argument("--turns", type=int, default=5, help="of each system and number of connections")
    options.add_argument("--workers", type=int, default=1, help="of each system")
    options.add_argument("--cores", type=numbers, default=CORES[:1], help="of the systems")
    options.add_argument("--load-core", type=int, default=CORES[-1], help="of wrk")
    options.add_argument(
        "--out", type=Path, help="write the tables to this name with .md, and a plot with .svg"
    )
    return options


def names(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := set(chosen) - set(SYSTEMS):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))} is unknown")
    return chosen


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
