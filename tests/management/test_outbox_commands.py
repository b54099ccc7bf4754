"""The commands for a history in Cassandra, as an operator runs them."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from history.stores.cassandra.store import CassandraStore
from history.stores.outbox import Outbox
from mnistsite.types import Drawing
from tests.cluster import TIMEOUT_S, Cluster, empty
from tests.conftest import ROOT, free_port, site_environment
from tests.history.records import a_record


def manage(state: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=site_environment(state, **settings),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("command", ["sync_cassandra", "drain_outbox"])
def test_a_site_with_the_embedded_store_needs_neither(tmp_path: Path, command: str) -> None:
    run = manage(tmp_path, command)
    assert run.returncode == 1
    assert "embedded store" in run.stderr
    assert "Traceback" not in run.stderr


def test_tables_are_made_once(cluster: Cluster, tmp_path: Path) -> None:
    settings = {**cluster.environment(), "MNIST_SERVER_DB_KEYSPACE": "commands"}
    first, second = (manage(tmp_path, "sync_cassandra", **settings) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "Migration 0001_recognitions: applied\n" in first.stdout
    assert "Migration 0001_recognitions: applied before" in second.stdout


def test_a_cluster_that_is_down_is_said_without_a_traceback(tmp_path: Path) -> None:
    down = {"MNIST_SERVER_DB_ADDRESS": "127.0.0.1", "MNIST_SERVER_DB_PORT": str(free_port())}
    for command in ("sync_cassandra", "drain_outbox"):
        Outbox(tmp_path / "outbox.sqlite3", max_bytes=10**7).add(a_record())
        run = manage(tmp_path, command, **down)
        assert run.returncode == 1
        assert "Traceback" not in run.stderr
    assert "The waiting records are safe" in run.stderr
    assert manage(tmp_path, "check", **down).returncode == 0


def test_what_waits_is_shown_and_delivered(
    cluster: Cluster, database: dict[str, Any], tmp_path: Path
) -> None:
    empty(database)
    outbox = Outbox(tmp_path / "outbox.sqlite3", max_bytes=10**8)
    records = [a_record() for _ in range(70)]
    for record in records:
        outbox.add(record)
    settings = {**cluster.environment(), "MNIST_SERVER_DB_KEYSPACE": database["NAME"]}
    shown = manage(tmp_path, "drain_outbox", "--show", **settings)
    assert shown.stdout.startswith("70 records wait, the oldest for ")
    drained = manage(tmp_path, "drain_outbox", **settings)
    assert drained.returncode == 0, drained.stderr
    assert "70 delivered." in drained.stdout
    store = CassandraStore(database, timeout_s=TIMEOUT_S)
    assert [found.id for found in store.newest(limit=100)] == [record.id for record in records[::-1]]
    store.close()


def test_what_was_deleted_is_dropped(cluster: Cluster, database: dict[str, Any], tmp_path: Path) -> None:
    """As from an outbox that has been restored from a backup."""
    empty(database)
    outbox = Outbox(tmp_path / "outbox.sqlite3", max_bytes=10**8)
    store = CassandraStore(database, timeout_s=TIMEOUT_S)
    records = [a_record() for _ in range(3)]
    for record in records:
        outbox.add(record)
    for record in records[:2]:
        store.delete(record)
    settings = {**cluster.environment(), "MNIST_SERVER_DB_KEYSPACE": database["NAME"]}
    drained = manage(tmp_path, "drain_outbox", **settings)
    assert drained.returncode == 0, drained.stderr
    assert "1 delivered." in drained.stdout
    assert "2 dropped, because they had been deleted from the history." in drained.stdout
    assert [found.id for found in store.newest(limit=9)] == [records[2].id]
    assert outbox.backlog().depth == 0
    store.close()


def test_a_record_that_cassandra_refuses_stays_and_is_named(
    cluster: Cluster, database: dict[str, Any], tmp_path: Path
) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3", max_bytes=10**8)
    good = a_record()
    bad = replace(a_record(), drawing=Drawing(content=os.urandom(12_000_000), media_type="image/png"))
    for record in (bad, good):
        outbox.add(record)
    settings = {**cluster.environment(), "MNIST_SERVER_DB_KEYSPACE": database["NAME"]}
    run = manage(tmp_path, "drain_outbox", **settings)
    assert run.returncode == 1
    assert f"{bad.id} stays: " in run.stderr
    assert outbox.oldest_ids(limit=10) == [bad.id]
