"""A real Cassandra of three nodes, as script/cassandra runs it, with what may befall a node."""

import os
import random
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cassandra import ConsistencyLevel, DriverException
from cassandra.cluster import EXEC_PROFILE_DEFAULT, ExecutionProfile, NoHostAvailable
from cassandra.cluster import Cluster as Connections
from cassandra.policies import WhiteListRoundRobinPolicy

from history.stores.cassandra.connection import engine_session
from history.stores.cassandra.tables import TABLES, Deletions, Table
from mnistsite import cassandra

ROOT = Path(__file__).resolve().parent.parent
NODES = (1, 2, 3)
IN_THREE_COPIES = (
    "SELECT status FROM system_distributed.view_build_status WHERE keyspace_name = 'x' AND view_name = 'x'"
)
LENT = "LENT_CLUSTER"
"""Names a cluster that runs already, for tests that are run again and again: its folder and its network."""
ANSWER_TIMEOUT_S, END_TIMEOUT_S = 120, 60
TIMEOUT_S = 5.0
"""More than a site's: the machine that runs all three nodes may be a small one."""


class Cluster:
    def __init__(self, folder: Path, network: str | None = None) -> None:
        self.folder = folder
        # Of its own: a developer's cluster, and another run of the tests, must not be in the way.
        self.network = network or f"127.{random.randint(1, 250)}.{random.randint(1, 250)}"  # noqa: S311 -- no secret

    def host(self, node: int) -> str:
        return f"{self.network}.{node}"

    def start(self) -> None:
        """Start the nodes that do not run, and wait until each of them sees the others."""
        self._script("start", str(len(NODES)))
        self.wait_until_all_answer()

    def start_one(self, demands: Path) -> None:
        """Start one node alone, with a file of settings of its own."""
        self._script("start", "1", CASSANDRA_YAML=str(demands))

    def stop(self) -> None:
        """At once: nobody needs any longer what they would still write."""
        self._script("stop", CASSANDRA_STOP_TIMEOUT_S="0")

    def restore(self) -> None:
        """Make it as new, whatever the tests before left: nodes stopped or frozen, and keyspaces."""
        for node in NODES:
            with suppress(ProcessLookupError):
                self._signal(node, signal.SIGCONT)
        self.start()
        connections = Connections([self.host(1)])
        try:
            session = connections.connect()
            for keyspace in list(connections.metadata.keyspaces):  # Each removal changes it.
                if not keyspace.startswith("system"):
                    session.execute(f"DROP KEYSPACE {keyspace}", timeout=60)
        finally:
            connections.shutdown()

    def kill(self, *nodes: int) -> None:
        """As a power cut would: nothing of them is left afterwards, and no port is taken."""
        ends = [os.pidfd_open(self._process(node)) for node in nodes]
        for end in ends:
            signal.pidfd_send_signal(end, signal.SIGKILL)
        for end in ends:
            assert select.select([end], [], [], END_TIMEOUT_S)[0], "A node does not end."
            os.close(end)

    @contextmanager
    def frozen(self, *nodes: int) -> Iterator[None]:
        """Nodes that are there, take connections and never answer."""
        for node in nodes:
            self._signal(node, signal.SIGSTOP)
        try:
            yield
        finally:
            for node in nodes:
                self._signal(node, signal.SIGCONT)

    def database(self, keyspace: str, *, timeout_s: float = TIMEOUT_S) -> dict[str, Any]:
        """An entry of DATABASES for a keyspace of this cluster."""
        database = cassandra.database([self.host(node) for node in NODES], timeout_s=timeout_s)
        replication = {"class": "SimpleStrategy", "replication_factor": len(NODES)}
        return {
            **database,
            "NAME": keyspace,
            "OPTIONS": {**database["OPTIONS"], "replication": replication},
        }

    def environment(self) -> dict[str, str]:
        """What a site needs to keep its history here."""
        hosts = ",".join(self.host(node) for node in NODES)
        return {"MNIST_SERVER_DB_ADDRESS": hosts, "MNIST_SERVER_DB_REPLICATION": str(len(NODES))}

    def wait_until_all_answer(self) -> None:
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while not all(self._reaches_all(node) for node in NODES):
            assert time.monotonic() < deadline, "The nodes do not see one another."
            time.sleep(0.3)

    def _reaches_all(self, node: int) -> bool:
        """Whether a node gets an answer from all three, its own included."""
        profile = ExecutionProfile(
            load_balancing_policy=WhiteListRoundRobinPolicy([self.host(node)]),
            consistency_level=ConsistencyLevel.ALL,
        )
        cluster = Connections(
            [self.host(node)],
            execution_profiles={EXEC_PROFILE_DEFAULT: profile},
            schema_metadata_enabled=False,
            token_metadata_enabled=False,
        )
        try:
            cluster.connect().execute(IN_THREE_COPIES)
        except (DriverException, NoHostAvailable):
            return False
        finally:
            cluster.shutdown()
        return True

    def _script(self, *arguments: str, **variables: str) -> None:
        environment = {
            **os.environ,
            "CASSANDRA_DIR": str(self.folder),
            "CASSANDRA_JARS": str(ROOT / "var/cassandra/jars"),
            "CASSANDRA_NETWORK": self.network,
            **variables,
        }
        command = [str(ROOT / "script/cassandra"), *arguments]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        assert run.returncode == 0, run.stderr + run.stdout

    def _signal(self, node: int, number: signal.Signals) -> None:
        os.kill(self._process(node), number)

    def _process(self, node: int) -> int:
        """Its id, the first of two words: the second is the time at which it began."""
        return int((self.folder / f"node{node}" / "pid").read_text().split()[0])


def empty(database: dict[str, Any]) -> None:
    """Take everything out of a keyspace's tables, the schema's own aside."""
    with engine_session(database) as session:
        tables: list[type[Table]] = [*TABLES, Deletions]
        for table in tables:
            session.execute(f"TRUNCATE {database['NAME']}.{table.__table_name__}", timeout=60)
