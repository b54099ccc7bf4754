"""The cluster as the variables describe it, and as the driver is told of it: no node is needed for that."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cassandra import ConsistencyLevel
from cassandra.cluster import EXEC_PROFILE_DEFAULT
from django.core.exceptions import ImproperlyConfigured

from mnistsite import cassandra
from tests.conftest import ROOT, site_environment


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing is set but what a test sets."""
    for name in ("PORT", "KEYSPACE", "USER", "PASSWORD", "DATACENTER", "CONSISTENCY", "REPLICATION", "TLS"):
        monkeypatch.delenv(f"MNIST_SERVER_DB_{name}", raising=False)
    return monkeypatch


def database(*hosts: str) -> dict[str, Any]:
    return cassandra.database(list(hosts), timeout_s=2.0)


def connection(*hosts: str) -> dict[str, Any]:
    options: dict[str, Any] = database(*hosts)["OPTIONS"]["connection"]
    return options


def test_without_hosts_there_is_an_entry_that_connects_to_nothing_when_the_site_starts(
    given: pytest.MonkeyPatch,
) -> None:
    assert database() == {
        "ENGINE": "django_cassandra_engine",
        "NAME": "mnist",
        "HOST": "",
        "USER": "",
        "PASSWORD": "",
        "OPTIONS": {
            "replication": {"class": "SimpleStrategy", "replication_factor": 1},
            "connection": {"lazy_connect": True, "retry_connect": True, "port": 9042, "ssl_context": None},
        },
    }


def test_what_is_set_is_in_the_entry(given: pytest.MonkeyPatch) -> None:
    for name, value in {"PORT": "19042", "KEYSPACE": "digits", "USER": "anna", "PASSWORD": "a word"}.items():
        given.setenv(f"MNIST_SERVER_DB_{name}", value)
    entry = database("a.example", "b.example")
    assert [entry[name] for name in ("NAME", "HOST", "USER", "PASSWORD")] == [
        "digits", "a.example,b.example", "anna", "a word"
    ]  # fmt: skip
    assert entry["OPTIONS"]["connection"]["port"] == 19042


@pytest.mark.parametrize(
    ("copies", "data_center", "replication"),
    [
        ("", "", {"class": "SimpleStrategy", "replication_factor": 1}),
        ("3", "", {"class": "SimpleStrategy", "replication_factor": 3}),
        ("3", "paris", {"class": "NetworkTopologyStrategy", "paris": 3}),
        ("paris:3,tokyo:2", "", {"class": "NetworkTopologyStrategy", "paris": 3, "tokyo": 2}),
        ("paris:3,tokyo:2", "paris", {"class": "NetworkTopologyStrategy", "paris": 3, "tokyo": 2}),
        ("tokyo:2", "paris", {"class": "NetworkTopologyStrategy", "tokyo": 2}),
    ],
)
def test_copies_are_a_number_or_one_for_each_data_centre(
    given: pytest.MonkeyPatch, copies: str, data_center: str, replication: dict[str, Any]
) -> None:
    given.setenv("MNIST_SERVER_DB_REPLICATION", copies)
    given.setenv("MNIST_SERVER_DB_DATACENTER", data_center)
    assert database("a.example")["OPTIONS"]["replication"] == replication


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("", ConsistencyLevel.QUORUM),
        ("QUORUM", ConsistencyLevel.QUORUM),
        ("local_quorum", ConsistencyLevel.LOCAL_QUORUM),
        ("EACH_QUORUM", ConsistencyLevel.EACH_QUORUM),
        ("All", ConsistencyLevel.ALL),
    ],
)
def test_as_many_nodes_are_asked_as_a_word_says(given: pytest.MonkeyPatch, word: str, level: int) -> None:
    given.setenv("MNIST_SERVER_DB_CONSISTENCY", word)
    profile = connection("a.example")["execution_profiles"][EXEC_PROFILE_DEFAULT]
    assert profile.consistency_level == level


@pytest.mark.parametrize("word", ["ONE", "TWO", "THREE", "ANY", "LOCAL_ONE", "SERIAL"])
def test_fewer_than_a_quorum_are_refused(given: pytest.MonkeyPatch, word: str) -> None:
    given.setenv("MNIST_SERVER_DB_CONSISTENCY", word)
    with pytest.raises(ImproperlyConfigured, match="QUORUM, LOCAL_QUORUM, EACH_QUORUM, ALL"):
        database("a.example")


def test_who_does_not_answer_in_an_eighth_of_the_time_is_not_waited_for_alone(
    given: pytest.MonkeyPatch,
) -> None:
    profile = connection("a.example")["execution_profiles"][EXEC_PROFILE_DEFAULT]
    assert profile.request_timeout == 2.0
    plan = profile.speculative_execution_policy.new_plan("mnist", None)
    host: Any = None
    assert [plan.next_execution(host) for _ in range(3)] == [0.25, 0.25, -1]


def test_a_node_that_is_gone_is_tried_again_every_five_seconds_in_the_end(given: pytest.MonkeyPatch) -> None:
    options = connection("a.example")
    waits = options["reconnection_policy"].new_schedule()
    # The driver varies each by 15 percent, and never beyond the bounds.
    assert all(0.5 <= wait <= 5 for _, wait in zip(range(50), waits, strict=False))
    assert [next(waits) > 4 for _ in range(9)] == [True] * 9
    times = ("connect_timeout", "control_connection_timeout", "idle_heartbeat_interval")
    assert [options[name] for name in (*times, "idle_heartbeat_timeout")] == [2.0, 2.0, 5, 5]


SETTINGS = """
import json
import sys
from mnistsite import settings
del settings.HISTORY_STORES.get("cassandra", {"OPTIONS": {"database": {}}})["OPTIONS"]["database"]
print(json.dumps([
    settings.HISTORY_STORE,
    settings.HISTORY_STORES,
    settings.HISTORY_OUTBOX,
    sorted(settings.DATABASES),
    "django_cassandra_engine" in settings.INSTALLED_APPS,
    "cassandra" in sys.modules,
], default=str))
"""


def settings_with(state: Path, **given: str) -> Any:
    command = [sys.executable, "-c", SETTINGS]
    environment = site_environment(state, **given)
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True, timeout=60)
    return json.loads(run.stdout)


def test_a_site_that_names_no_host_keeps_records_in_a_file_and_does_without_the_driver(
    tmp_path: Path,
) -> None:
    assert settings_with(tmp_path) == [
        "embedded",
        {
            "embedded": {
                "BACKEND": "history.stores.sqlite.store.SQLiteStore",
                "OPTIONS": {
                    "path": str(tmp_path / "history.sqlite3"),
                    "max_bytes": None,
                    "remember_days": 30,
                },
            }
        },
        None,
        ["default"],
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("given", "timeout_s", "max_bytes"),
    [
        ({}, 2.0, 1_000_000_000),
        ({"MNIST_SERVER_DB_TIMEOUT_MS": "1500", "MNIST_SERVER_OUTBOX_BYTES": "5000000"}, 1.5, 5_000_000),
    ],
)
def test_a_site_that_names_a_host_keeps_records_there_and_has_an_outbox(
    tmp_path: Path, given: dict[str, str], timeout_s: float, max_bytes: int
) -> None:
    found = settings_with(tmp_path, MNIST_SERVER_DB_ADDRESS="127.0.0.1", **given)
    store, stores, *rest = found
    assert store == "cassandra"
    assert stores["cassandra"] == {
        "BACKEND": "history.stores.cassandra.store.CassandraStore",
        "OPTIONS": {"timeout_s": timeout_s, "remember_days": 30},
    }
    assert rest == [
        {"path": str(tmp_path / "outbox.sqlite3"), "max_bytes": max_bytes},
        ["cassandra", "default"],
        True,
        True,
    ]
