"""One Cassandra for all mutants: to start three nodes takes longer than the tests that need them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django


@contextmanager
def lent_cluster() -> Iterator[None]:
    """While the block runs, tests take these nodes for theirs."""
    # The product comes with it, which nothing else here needs.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")
    django.setup()
    from tests.cluster import LENT, Cluster

    folder = Path(tempfile.mkdtemp(prefix="mutants-cassandra-"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        os.environ[LENT] = f"{folder} {cluster.network}"
        yield
    finally:
        cluster.stop()
        shutil.rmtree(folder)
