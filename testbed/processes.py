"""What Linux tells about processes."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    """The process ids of a process's children."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def memory_bytes(name: str, process: int | str = "self") -> int:
    """A field of a process's status: VmRSS, RssAnon or VmHWM, for instance."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024


def family(process: int) -> list[int]:
    """A process, its children and theirs."""
    return [process, *(each for child in children(process) for each in family(child))]


def shared_memory_bytes(processes: Iterable[int]) -> int:
    """What processes occupy together: a page of several counts once (the proportional set size, PSS)."""
    rollups = (Path(f"/proc/{process}/smaps_rollup").read_text() for process in processes)
    return sum(int(rollup.partition("\nPss:")[2].split()[0]) for rollup in rollups) * 1024


def cpu_s(process: int) -> float:
    """The processor time of a process and its descendants, including those that have ended."""
    ticks = 0
    for each in family(process):
        stat = Path(f"/proc/{each}/stat").read_text()
        # After the name, in which anything may be: utime, stime, and those of children that have ended.
        ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return ticks / TICKS_PER_S


def pin(process: int, cores: Iterable[int]) -> None:
    """All threads of a process and of its descendants, and those that they start, run on these cores only."""
    for each in family(process):
        for task in Path(f"/proc/{each}/task").iterdir():
            os.sched_setaffinity(int(task.name), cores)
