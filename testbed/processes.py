"""What Linux tells about processes."""

from pathlib import Path


def children(process: int) -> list[int]:
    """The process ids of a process's children."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def memory_bytes(name: str, process: int | str = "self") -> int:
    """A field of a process's status: VmRSS, RssAnon or VmHWM, for instance."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024
