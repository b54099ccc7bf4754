"""Disks that are full, or soon are."""

import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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
