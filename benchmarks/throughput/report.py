"""The figures as Markdown tables and as a plot."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.throughput.load import Turn

BASELINE = "original"


@dataclass(slots=True)
class Measured:
    """All about one system."""

    title: str
    ready_s: list[float] = field(default_factory=list)
    """At the first start, with nothing in its state, and at the second."""
    memory_mb: float = 0
    """After the load."""
    turns: dict[int, list[Turn]] = field(default_factory=dict)
    """By the number of connections."""


@dataclass(frozen=True, slots=True)
class Row:
    """A system with one number of connections: medians over its turns, except the CPU time and the errors."""

    title: str
    connections: int
    requests_per_s: float
    ratio: float | None
    """To the original in the turns at the same time."""
    p50_ms: float
    p99_ms: float
    cpu_us: float
    cpu_share: float
    """Of one core. Less than 1 under full load: the neighbours had the rest."""
    errors: int


def rows(systems: Mapping[str, Measured]) -> Iterator[Row]:
    baseline = systems[BASELINE].turns if BASELINE in systems else {}
    for connections in next(iter(systems.values())).turns:
        for measured in systems.values():
            yield row(measured.title, connections, measured.turns[connections], baseline.get(connections))


def row(title: str, connections: int, turns: Sequence[Turn], baseline: Sequence[Turn] | None) -> Row:
    ratios = [
        turn.requests_per_s / other.requests_per_s for turn, other in zip(turns, baseline or (), strict=False)
    ]
    cpu_s = sum(turn.cpu_s for turn in turns)
    return Row(
        title=title,
        connections=connections,
        requests_per_s=statistics.median(turn.requests_per_s for turn in turns),
        ratio=statistics.median(ratios) if ratios else None,
        p50_ms=statistics.median(turn.load.p50_ms for turn in turns),
        p99_ms=statistics.median(turn.load.p99_ms for turn in turns),
        cpu_us=cpu_s / max(sum(turn.load.requests for turn in turns), 1) * 1e6,
        cpu_share=cpu_s / sum(turn.load.seconds for turn in turns),
        errors=sum(turn.load.errors for turn in turns),
    )


def markdown(systems: Mapping[str, Measured]) -> str:
    columns = "connections | requests/s | ratio | p50, ms | p99, ms | CPU a request, µs | cores | errors"
    lines = [f"| system | {columns} |", "|---|---|---|---|---|---|---|---|---|"]
    for each in rows(systems):
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        served = f"{each.connections} | {each.requests_per_s:,.0f} | {ratio}"
        waits = f"{each.p50_ms:.1f} | {each.p99_ms:.1f}"
        cost = f"{each.cpu_us:,.0f} | {each.cpu_share:.2f} | {each.errors}"
        lines.append(f"| {each.title} | {served} | {waits} | {cost} |")
    lines += ["", "| system | ready at first start, s | at second | memory, MB |", "|---|---|---|---|"]
    for measured in systems.values():
        first, second = measured.ready_s
        lines.append(f"| {measured.title} | {first:.1f} | {second:.1f} | {measured.memory_mb:.0f} |")
    return "\n".join(lines) + "\n"


def plot(systems: Mapping[str, Measured], file: Path) -> None:
    """Requests a second, and waits from the median to the 99th percentile, by the number of connections."""
    figure = Figure(figsize=(9, 8), layout="constrained")
    rates, waits = figure.subplots(2, 1, sharex=True)
    found = list(rows(systems))
    levels = list(dict.fromkeys(each.connections for each in found))
    width = 0.8 / len(systems)
    for number, measured in enumerate(systems.values()):
        own = [each for each in found if each.title == measured.title]
        places = [level + (number + 0.5) * width - 0.4 for level in range(len(levels))]
        rates.bar(places, [each.requests_per_s for each in own], width, label=measured.title)
        p50, p99 = [each.p50_ms for each in own], [each.p99_ms for each in own]
        waits.bar(places, [high - low for low, high in zip(p50, p99, strict=True)], width, bottom=p50)
    rates.set_ylabel("requests/s")
    rates.legend(fontsize="small")
    waits.set(ylabel="p50 to p99, ms", yscale="log", xlabel="connections")
    waits.set_xticks(range(len(levels)), [str(level) for level in levels])
    figure.savefig(file)
