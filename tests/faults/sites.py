"""Sites with a history in the cluster, and how they are killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testbed.processes import children
from tests.cluster import Cluster
from tests.conftest import Site, running_site


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
    for process in (master, *children(master)):
        os.kill(process, signal.SIGKILL)
    site.process.wait()
