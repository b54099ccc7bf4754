"""What a fault test starts from: three nodes, an empty keyspace, and a load to be put on a site."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from history.stores.cassandra.schema import sync
from history.stores.cassandra.store import CassandraStore
from tests.cluster import Cluster, empty
from tests.conftest import Digits
from tests.faults.load import Load, pictures
from tests.faults.reckoning import Figures, reckon
from tests.faults.sites import KEYSPACE

REQUESTS = int(os.environ.get("FAULT_REQUESTS", "400"))
"""So many a fault at least. docs/reliability.md has the figures of 2,250."""

HEAD = """
| fault | requests | stored | queued | refused | unanswered | lost | longest answer |
|---|---|---|---|---|---|---|---|"""

Reckon = Callable[[str, Load], Figures]


@pytest.fixture(scope="package")
def keyspace(cluster: Cluster) -> dict[str, Any]:
    database = cluster.database(KEYSPACE, timeout_s=20)
    sync(database, report=lambda line: None)
    return database


@pytest.fixture
def whole_cluster(cluster: Cluster, keyspace: dict[str, Any]) -> Iterator[Cluster]:
    """All nodes up before and after, whatever the test does to them, and nothing in the keyspace."""
    cluster.start()
    empty(keyspace)
    yield cluster
    cluster.start()


@pytest.fixture
def drawings(test_digits: Digits) -> list[bytes]:
    return pictures(test_digits.images)


FIGURES: list[Figures] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What docs/reliability.md shows."""
    if FIGURES:
        terminalreporter.write_line("\n".join([HEAD, *(figures.line() for figures in FIGURES)]))


@pytest.fixture
def reckoned(keyspace: dict[str, Any]) -> Iterator[Reckon]:
    """Reckons by what the cluster itself says, and keeps the figures for the table."""
    store = CassandraStore(keyspace, timeout_s=20)

    def reckon_and_keep(fault: str, load: Load) -> Figures:
        FIGURES.append(reckon(fault, load, store))
        return FIGURES[-1]

    yield reckon_and_keep
    store.close()
