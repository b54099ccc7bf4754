"""One fault's setting: a cluster, a folder for the site's state, and what is drawn meanwhile."""

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from history.stores.cassandra.store import CassandraStore
from tests.cluster import Cluster
from tests.conftest import Site
from tests.faults.load import Load
from tests.faults.reckoning import Figures, reckon, wait_until_drained
from tests.faults.sites import clustered_site

REQUESTS = int(os.environ.get("FAULT_REQUESTS", "400"))
"""So many a fault at least. docs/reliability.md has the figures of 2,250."""

FIGURES: list[Figures] = []
"""Of all faults that were reckoned, for the table at the end."""


@dataclass(frozen=True)
class Trial:
    cluster: Cluster
    keyspace: str
    store: CassandraStore
    """What the cluster itself says."""
    state: Path
    drawings: list[bytes]

    def site(
        self, state: Path | None = None, *, port: int = 0, through: tuple[str, ...] = ()
    ) -> AbstractContextManager[Site]:
        """A site before the cluster, for as long as a block."""
        return clustered_site(self.cluster, self.keyspace, state or self.state, port=port, through=through)

    def load(self, site: Site) -> Load:
        return Load(site.url, self.drawings)

    def start_again(self, load: Load) -> None:
        """Start the nodes that were killed, with some load going on."""
        with load.slowed():
            self.cluster.start()

    def reckoned(self, fault: str, site: Site, load: Load) -> Figures:
        """Wait until nothing waits in the outbox, and reckon."""
        wait_until_drained(site)
        FIGURES.append(reckon(fault, load, self.store))
        return FIGURES[-1]
