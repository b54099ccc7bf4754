"""The figures as Markdown tables and as a plot."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from benchmarks.throughput.load import Turn

SERVED = (
    *("system", "drawings", "connections", "requests/s", "ratio", "p50, ms", "p99, ms"),
    *("CPU a request, µs", "CPU ratio", "cores", "errors", "queued"),
)
STARTED = ("system", "ready at first start, s", "at second", "memory, MB")


@dataclass(slots=True)
class Measured:
    """All about one system."""

    title: str
    ready_s: tuple[float, float]
    """At the first start, with nothing in its state, and at the second."""
    memory_mb: float = 0
    """After the load."""
    turns: dict["Case", list[Turn]] = field(default_factory=dict)


class Case(NamedTuple):
    """The requests that all systems get."""

    drawings: str
    connections: int


@dataclass(frozen=True, slots=True)
class Row:
    """A system in a case: medians over its turns, except the CPU time and the errors, which are over all."""

    title: str
    case: Case
    requests_per_s: float
    ratio: float
    """To the first system, the original if it is there, in the turns at the same time."""
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """A request."""
    cpu_ratio: float
    """The first system's CPU time, in this one's. Neighbours hardly move it."""
    cores: float
    """How many the system used. Less than it may, under full load: neighbours had the rest."""
    errors: int
    queued: int


def rows(systems: Mapping[str, Measured]) -> Iterator[Row]:
    baseline = next(iter(systems.values())).turns
    for case in baseline:
        for measured in systems.values():
            yield row(measured.title, case, measured.turns[case], baseline[case])


def row(title: str, case: Case, turns: Sequence[Turn], baseline: Sequence[Turn]) -> Row:
    return Row(
        title=title,
        case=case,
        requests_per_s=statistics.median(turn.requests_per_s for turn in turns),
        ratio=statistics.median(
            turn.requests_per_s / other.requests_per_s for turn, other in zip(turns, baseline, strict=True)
        ),
        p50_ms=statistics.median(turn.load.p50_ms for turn in turns),
        p99_ms=statistics.median(turn.load.p99_ms for turn in turns),
        cpu_us=cpu_us(turns),
        cpu_ratio=cpu_us(baseline) / cpu_us(turns),
        cores=sum(turn.cpu_s for turn in turns) / sum(turn.load.seconds for turn in turns),
        errors=sum(turn.load.errors for turn in turns),
        queued=sum(turn.load.queued for turn in turns),
    )


def cpu_us(turns: Sequence[Turn]) -> float:
    return sum(turn.cpu_s for turn in turns) / sum(turn.load.requests for turn in turns) * 1e6


def markdown(systems: Mapping[str, Measured]) -> str:
    """A table of what was served, and one of the systems themselves."""
    served = [
        (
            each.title,
            each.case.drawings,
            f"{each.case.connections}",
            f"{each.requests_per_s:,.0f}",
            f"{each.ratio:.2f}",
            f"{each.p50_ms:.1f}",
            f"{each.p99_ms:.1f}",
            f"{each.cpu_us:,.0f}",
            f"{each.cpu_ratio:.2f}",
            f"{each.cores:.2f}",
            f"{each.errors}",
            f"{each.queued}",
        )
        for each in rows(systems)
    ]
    started = [
        (each.title, f"{each.ready_s[0]:.1f}", f"{each.ready_s[1]:.1f}", f"{each.memory_mb:.0f}")
        for each in systems.values()
    ]
    return f"{table(SERVED, served)}\n{table(STARTED, started)}"


def table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---"] * len(columns)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (columns, rule, *lines))


def plot(systems: Mapping[str, Measured], file: Path) -> None:
    """Requests a second, and waits from the median to the 99th percentile, in each case."""
    figure = Figure(figsize=(9, 9), layout="constrained")
    rates, waits = figure.subplots(2, 1, sharex=True)
    found = list(rows(systems))
    cases = list(dict.fromkeys(each.case for each in found))
    width = 0.8 / len(systems)
    for number, measured in enumerate(systems.values()):
        own = [each for each in found if each.title == measured.title]
        places = [place + (number + 0.5) * width - 0.4 for place in range(len(cases))]
        rates.bar(places, [each.requests_per_s for each in own], width, label=measured.title)
        waits.bar(places, [each.p99_ms - each.p50_ms for each in own], width, bottom=[e.p50_ms for e in own])
    figure.legend(loc="outside upper center", ncols=2, fontsize="small")
    rates.set_ylabel("requests/s")
    waits.set(ylabel="p50 to p99, ms", yscale="log")
    waits.yaxis.set_major_formatter("{x:g}")
    waits.set_xticks(
        range(len(cases)), [f"{case.drawings}\n{case.connections} connections" for case in cases]
    )
    figure.savefig(file)
