"""The connection to a cluster, tested without a cluster."""

from types import SimpleNamespace

import pytest

from history.stores.base import StoreUnavailable
from history.stores.cassandra import connection
from history.stores.cassandra.connection import ClusterConnection

NOWHERE = {"NAME": "history", "OPTIONS": {"connection": {}}}


def test_after_a_thread_cannot_start_the_next_caller_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that temporarily has no thread left."""

    class Thread:
        def __init__(self, **_: object) -> None:
            pass

        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    cluster = ClusterConnection(NOWHERE)
    with monkeypatch.context() as without:
        without.setattr(connection, "threading", SimpleNamespace(Thread=Thread))
        with pytest.raises(StoreUnavailable, match="can't start new thread"):
            cluster.statements(timeout_s=1)
    monkeypatch.setattr(cluster, "_connect", lambda attempt: attempt.set_exception(OSError("no route")))
    with pytest.raises(StoreUnavailable, match="no route"):
        cluster.statements(timeout_s=1)
