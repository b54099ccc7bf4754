"""A disk that is soon full."""

import subprocess
from pathlib import Path

import pytest

SMALL_DISK_MB = 20


def on_a_small_disk(folder: Path, *, size_mb: int = SMALL_DISK_MB) -> tuple[str, ...]:
    """A command that starts another with a folder on a disk of few MB."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0:
        pytest.skip("Nobody may mount a small disk here, as in a container without user namespaces.")
    mount = f'mount -t tmpfs -o size={size_mb}m tmpfs "$0" && exec "$@"'
    return ("unshare", "-rm", "sh", "-c", mount, str(folder))
