"""Disks that are full, or soon are."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from testbed.sites import ROOT

SMALL_DISK_MB = 20


@contextmanager
def no_file_longer_than(size_bytes: int) -> Iterator[None]:
    """Lets the system refuse longer files, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def on_a_small_disk(folder: Path, *, size_mb: int = SMALL_DISK_MB) -> tuple[str, ...]:
    """A command that starts another with a folder on a disk of few MB."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0:
        pytest.skip("Nobody may mount a small disk here, as in a container without user namespaces.")
    mount = f'mount -t tmpfs -o size={size_mb}m tmpfs "$0" && exec "$@"'
    return ("unshare", "-rm", "sh", "-c", mount, str(folder))


FILL = """
import os, sys
from pathlib import Path
import django
django.setup()
folder = Path(sys.argv[1])
def fill():
    try:
        with (folder / "another's").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    except OSError:
        pass
"""
"""The start of a program for run_on_a_small_disk: its folder, and a function that takes all space left."""


def run_on_a_small_disk(folder: Path, *programs: str, size_mb: int, timeout_s: float) -> str:
    """The output of Python programs that run one after another with the folder on the same small disk."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "mnistsite.settings"}
    one_by_one = f'for each; do {sys.executable} -c "$each" "$0" || exit; done'
    command = [*on_a_small_disk(folder, size_mb=size_mb), "sh", "-c", one_by_one, str(folder), *programs]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout_s
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
