"""What a fault test starts from: three nodes, an empty keyspace, and a load to be put on a site."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from history.stores.cassandra.schema import sync
from history.stores.cassandra.store import CassandraStore
from tests.cluster import Cluster, empty
from tests.conftest import Digits
from tests.faults.load import pictures
from tests.faults.sites import KEYSPACE
from tests.faults.trial import FIGURES, Trial

TIMEOUT_S = 20.0
HEAD = """
| fault | requests | stored | queued | refused | unanswered | lost | longest answer |
|---|---|---|---|---|---|---|---|"""


@pytest.fixture(scope="package")
def keyspace(cluster: Cluster) -> dict[str, Any]:
    database = cluster.database(KEYSPACE, timeout_s=TIMEOUT_S)
    sync(database, report=lambda line: None)
    return database


@pytest.fixture
def trial(cluster: Cluster, keyspace: dict[str, Any], tmp_path: Path, test_digits: Digits) -> Iterator[Trial]:
    """All nodes up before and after, whatever the test does to them, and nothing in the keyspace."""
    cluster.start()
    empty(keyspace)
    store = CassandraStore(keyspace, timeout_s=TIMEOUT_S)
    yield Trial(cluster, store, tmp_path, pictures(test_digits.images))
    store.close()
    cluster.start()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What docs/reliability.md shows."""
    if FIGURES:
        terminalreporter.write_line("\n".join([HEAD, *(figures.line() for figures in FIGURES)]))
