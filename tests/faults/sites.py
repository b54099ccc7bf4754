"""Sites with a history in the cluster, and the ways in which they end or lack room."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import Cluster
from tests.conftest import Site, running_site

SMALL_DISK_MB = 6


@contextmanager
def clustered_site(
    cluster: Cluster, keyspace: str, state: Path, *, port: int = 0, through: tuple[str, ...] = ()
) -> Iterator[Site]:
    """A site as people run it, with the settings' own time-out."""
    environment = {**cluster.environment(), "MNIST_SERVER_DB_KEYSPACE": keyspace}
    with running_site(state, port=port, through=through, **environment) as site:  # type: ignore[arg-type]  # names of settings
        yield site


def kill(site: Site) -> None:
    """End all of a site's processes as a power cut would."""
    master = site.process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    for process in (master, *map(int, children)):
        os.kill(process, signal.SIGKILL)
    site.process.wait()


def on_a_small_disk(folder: Path) -> tuple[str, ...]:
    """A command that starts another with a folder on a disk of a few MB, or else with files of few MB."""
    may_mount = subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
    if may_mount:
        mount = f'mount -t tmpfs -o size={SMALL_DISK_MB}m tmpfs "$0" && exec "$@"'
        return ("unshare", "-rm", "sh", "-c", mount, str(folder))
    return ("sh", "-c", f'ulimit -f {SMALL_DISK_MB * 1024 // 4}; exec "$@"', "sh")
