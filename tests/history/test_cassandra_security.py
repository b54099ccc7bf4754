"""A node that requires a password and TLS: only the right settings connect."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from history.stores.base import StoreUnavailable
from history.stores.cassandra.schema import SyncFailed, sync
from history.stores.cassandra.store import CassandraStore
from mnistsite import cassandra
from tests.cluster import TIMEOUT_S, Cluster
from tests.history.records import a_record

pytestmark = pytest.mark.cluster
PASSWORD = "changeit"  # noqa: S105 -- a key store of one test
DEMANDS = """
authenticator: PasswordAuthenticator
client_encryption_options:
  enabled: true
  optional: false
  keystore: {keystore}
  keystore_password: {password}
"""
RIGHT = {"DB_USER": "cassandra", "DB_PASSWORD": "cassandra", "DB_TLS": "1", "DB_TLS_CA": "certificate"}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One node, with the default user of a new Cassandra and a self-signed certificate."""
    folder = tmp_path_factory.mktemp("strict")
    cluster = Cluster(folder / "nodes")
    keystore, demands = folder / "node.p12", folder / "demands.yaml"
    keytool(
        "-genkeypair",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=node",
        "-ext",
        f"san=ip:{cluster.host(1)}",
        keystore=keystore,
    )
    keytool("-exportcert", "-rfc", "-file", str(folder / "certificate"), keystore=keystore)
    demands.write_text(DEMANDS.format(keystore=keystore, password=PASSWORD))
    try:
        cluster.start_one(demands)
        yield cluster
    finally:
        cluster.stop()


def keytool(*arguments: str, keystore: Path) -> None:
    store = ("-keystore", str(keystore), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", "node")
    subprocess.run(["keytool", *arguments, *store], check=True, capture_output=True, timeout=60)


def database(cluster: Cluster, monkeypatch: pytest.MonkeyPatch, **settings: str) -> dict[str, Any]:
    """The entry of DATABASES that these settings give."""
    if settings["DB_TLS_CA"]:
        settings["DB_TLS_CA"] = str(cluster.folder.parent / settings["DB_TLS_CA"])
    for name, value in settings.items():
        monkeypatch.setenv(f"MNIST_SERVER_{name}", value)
    return cassandra.database([cluster.host(1)], timeout_s=TIMEOUT_S)


def test_the_right_settings_connect(strict: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = database(strict, monkeypatch, **RIGHT)
    sync(chosen, report=lambda line: None)
    store, record = CassandraStore(chosen, timeout_s=TIMEOUT_S), a_record()
    store.add(record)
    assert store.get(record.id) == record
    store.close()


@pytest.mark.parametrize(
    "wrong",
    [{"DB_PASSWORD": "guess"}, {"DB_USER": "", "DB_PASSWORD": ""}, {"DB_TLS": "0"}, {"DB_TLS_CA": ""}],
    ids=["password", "nobody", "no TLS", "an authority that did not sign"],
)
def test_wrong_settings_do_not_connect(
    strict: Cluster, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    chosen = database(strict, monkeypatch, **{**RIGHT, **wrong})
    with pytest.raises(SyncFailed):
        sync(chosen, report=lambda line: None)
    store = CassandraStore(chosen, timeout_s=TIMEOUT_S)
    with pytest.raises(StoreUnavailable, match=r"cannot be reached|has not answered"):
        store.add(a_record())
    store.close()
