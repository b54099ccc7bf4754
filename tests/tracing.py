"""What a program asks of the kernel, in which order, and what becomes of it when the kernel refuses.

strace sees the calls themselves, whichever library makes them, SQLite's too, and can have one refused. A
record of patched functions would show which of Python's were called, and none would fail as the kernel's do.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT, site_environment

SYNCS_AND_RENAMES = "fsync,fdatasync,sync,syncfs,sync_file_range,rename,renameat,renameat2"
WRITES = "write,writev,pwrite64,pwritev,pwritev2"
RANDOM = re.compile(r"\.\w{8}\.partial")
CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += ")
DESCRIPTOR = re.compile(r"^\d+<([^>]*)>")
QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Traced:
    status: int
    calls: list[str]
    """Such as `fsync a` or `rename .a.partial a`: what was asked about files in the folder, or of all."""


def traced(program: str, folder: Path, *, inject: str = "") -> Traced:
    """Runs a Python program with a folder as its argument.

    inject: a fault as strace's option of that name takes it. What the program prints is a call `print`.
    """
    log = folder.with_name(f"{folder.name}.strace")
    command = ["strace", "-f", "-y", "--seccomp-bpf", "-o", str(log)]
    command += ["-e", f"trace={SYNCS_AND_RENAMES},{WRITES}"]
    command += ["-e", f"inject={inject}"] if inject else []
    command += [sys.executable, "-c", program, str(folder)]
    run = subprocess.run(
        command, cwd=ROOT, env=site_environment(folder), capture_output=True, text=True, timeout=60
    )
    found = [_call(line, folder) for line in log.read_text().splitlines()]
    return Traced(status=run.returncode, calls=[call for call in found if call])


def _call(line: str, folder: Path) -> str | None:
    if (match := CALL.match(line)) is None:
        return None
    name, arguments = match.groups()
    if not arguments:
        return name
    descriptor = DESCRIPTOR.match(arguments)
    if descriptor and arguments.startswith("1<"):
        return "print"
    paths = [descriptor[1]] if descriptor else QUOTED.findall(arguments)
    if not all(Path(path).is_relative_to(folder) for path in paths):
        return None
    inside = [RANDOM.sub(".partial", str(Path(path).relative_to(folder))) for path in paths]
    return " ".join((name, *inside))
