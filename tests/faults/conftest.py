"""What a fault test starts from: three nodes, a new keyspace, and a load to be put on a site."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from history.stores.cassandra.schema import sync
from history.stores.cassandra.store import CassandraStore
from tests.cluster import Cluster
from tests.conftest import Digits
from tests.faults.load import pictures
from tests.faults.trial import FIGURES, Trial

TIMEOUT_S = 20.0
NUMBERS = count(1)
HEAD = """
| fault | requests | stored | queued | refused | unanswered | lost | longest answer |
|---|---|---|---|---|---|---|---|"""


@pytest.fixture
def trial(cluster: Cluster, tmp_path: Path, test_digits: Digits) -> Iterator[Trial]:
    """All nodes up afterwards, whatever the test does to them, and nothing in a keyspace of its own.

    One that was emptied would not do: what a node missed in the trial before is handed to it some seconds
    after it has come back, and would bring half of a record into this trial.
    """
    keyspace = f"faults_{next(NUMBERS)}"
    database = cluster.database(keyspace, timeout_s=TIMEOUT_S)
    sync(database, report=lambda line: None)
    store = CassandraStore(database, timeout_s=TIMEOUT_S)
    yield Trial(cluster, keyspace, store, tmp_path, pictures(test_digits.images))
    store.close()
    cluster.start()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What docs/reliability.md shows."""
    if FIGURES:
        terminalreporter.write_line("\n".join([HEAD, *(figures.line() for figures in FIGURES)]))
