"""compose.yaml: what it starts, in which order, and what of it outlives its containers."""

import json
import os
import random
import re
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from cassandra.cluster import Cluster
from jsonschema import Draft7Validator, ValidationError

from tests.conftest import ROOT
from tests.test_docs import SETTING, settings_read

TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DEPLOYMENT = (ROOT / "docs/deployment.md").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SPECIFICATION = Draft7Validator(json.loads((ROOT / "tests/data/compose-spec.json").read_text()))


def test_it_is_as_the_compose_specification_wants_it() -> None:
    Draft7Validator.check_schema(SPECIFICATION.schema)
    SPECIFICATION.validate(COMPOSE)


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        (("services", "site"), "depends_on", "depend_on"),
        (("services", "cassandra", "healthcheck"), "interval", "intervall"),
        ((), "volumes", "volume"),
    ],
)
def test_a_mistyped_key_is_refused(path: tuple[str, ...], right: str, wrong: str) -> None:
    mistyped = deepcopy(COMPOSE)
    part = mistyped
    for key in path:
        part = part[key]
    part[wrong] = part.pop(right)
    with pytest.raises(ValidationError, match=wrong):
        SPECIFICATION.validate(mistyped)


def test_the_site_starts_after_its_schema_and_that_after_cassandra_answers() -> None:
    assert "depends_on" not in SERVICES["cassandra"]
    assert SERVICES["schema"]["depends_on"] == {"cassandra": {"condition": "service_healthy"}}
    assert SERVICES["site"]["depends_on"] == {"schema": {"condition": "service_completed_successfully"}}


def test_the_schema_is_made_once_by_the_site_s_image_which_serves_by_itself() -> None:
    schema, site = SERVICES["schema"], SERVICES["site"]
    assert schema["command"] == ["python", "manage.py", "sync_cassandra"]
    assert "command" not in site
    assert (schema["image"], schema["build"]) == (site["image"], site["build"])
    assert (site["image"], site["build"]["context"]) == ("mnistsite", ".")
    assert schema["restart"].startswith("on-failure")
    for name in ("MNIST_SERVER_DB_ADDRESS", "MNIST_SERVER_DB_PORT", "MNIST_SERVER_DB_KEYSPACE"):
        assert schema["environment"][name] == site["environment"][name]


def test_what_must_outlive_a_container_is_in_a_named_volume() -> None:
    mounts = {
        name: dict(volume.split(":") for volume in service["volumes"]) for name, service in SERVICES.items()
    }
    state = {"site-state": site_state()}
    assert mounts == {"cassandra": {"cassandra-data": "/var/lib/cassandra"}, "schema": state, "site": state}
    assert set(COMPOSE["volumes"]) == {"cassandra-data", "site-state"}
    assert f"VOLUME {site_state()}\n" in DOCKERFILE


def site_state() -> str:
    return str(SERVICES["site"]["environment"]["MNIST_SERVER_STATE_DIR"])


SET_HERE = {
    "MNIST_SERVER_STATE_DIR": "/state",
    "MNIST_SERVER_DB_ADDRESS": "cassandra",
    "MNIST_SERVER_DB_PORT": 9042,
    "MNIST_SERVER_ADDRESS": "0.0.0.0",  # noqa: S104 -- within its container
    "MNIST_SERVER_PORT": 8888,
}
"""Where things are among the containers, which is nobody's to choose."""

LEFT_OUT = {
    "MNIST_SERVER_HISTORY_BYTES": "the history is in Cassandra",
    "MNIST_SERVER_PARAMETERS": "the image has its own",
    "MNIST_SERVER_DATA_DIR": "nothing is trained in a container that serves",
    "MNIST_SERVER_DEBUG": "never where others reach it",
    "MNIST_SERVER_DB_USER": "this Cassandra asks for none: only this file's network reaches it",
    "MNIST_SERVER_DB_PASSWORD": "likewise",
    "MNIST_SERVER_DB_PASSWORD_FILE": "likewise",
    "MNIST_SERVER_DB_TLS": "likewise",
    "MNIST_SERVER_DB_TLS_CA": "likewise",
    "MNIST_SERVER_DB_DATACENTER": "there is one node",
    "MNIST_SERVER_DB_REPLICATION": "likewise",
    "MNIST_SERVER_DB_CONSISTENCY": "likewise",
}
"""Settings that it does not hand on, and why."""


def test_the_site_gets_every_setting_that_makes_sense_there_and_nothing_that_is_none() -> None:
    environment = SERVICES["site"]["environment"]
    assert set(environment) == settings_read() - LEFT_OUT.keys()
    assert LEFT_OUT.keys() <= settings_read()
    assert {name: value for name, value in environment.items() if value is not None} == SET_HERE


def test_the_schema_gets_nothing_that_is_none_and_nothing_else_than_the_site() -> None:
    environment = SERVICES["schema"]["environment"]
    assert environment.items() <= SERVICES["site"]["environment"].items()
    # What else it needs to make the tables where the site looks for them.
    assert {"MNIST_SERVER_DB_KEYSPACE", "MNIST_SERVER_DB_TIMEOUT_MS"} <= environment.keys()


def test_the_documented_secret_is_mounted_where_both_services_look_for_it() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DEPLOYMENT, re.DOTALL)
    override = yaml.safe_load(example)
    SPECIFICATION.validate(override)
    (secret,) = override["secrets"]
    assert f"MNIST_SERVER_SECRET_KEY_FILE=/run/secrets/{secret}" in DEPLOYMENT
    for name in ("schema", "site"):
        assert override["services"][name]["secrets"] == [secret]
        assert "MNIST_SERVER_SECRET_KEY_FILE" in SERVICES[name]["environment"]


def test_what_it_names_elsewhere_are_settings_too() -> None:
    assert set(SETTING.findall(TEXT)) <= settings_read()


def test_the_site_looks_for_cassandra_where_it_is() -> None:
    settings = SERVICES["site"]["environment"]
    assert settings["MNIST_SERVER_DB_ADDRESS"] in SERVICES
    assert settings["MNIST_SERVER_DB_PORT"] == 9042


def test_only_the_site_is_published_and_by_default_to_its_own_host_alone() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["site"]
    (port,) = SERVICES["site"]["ports"]
    assert port["host_ip"] == "${MNIST_SERVER_ADDRESS:-127.0.0.1}"
    assert port["published"] == "${MNIST_SERVER_PORT:-8888}"
    assert port["target"] == SERVICES["site"]["environment"]["MNIST_SERVER_PORT"]


def test_what_runs_on_has_a_health_check_and_comes_back_after_a_crash() -> None:
    assert SERVICES["cassandra"]["healthcheck"]["test"][:2] == ["CMD", "cqlsh"]
    assert re.search("^HEALTHCHECK .*\n +CMD ", DOCKERFILE, re.MULTILINE)
    assert "healthcheck" not in SERVICES["site"]
    for name in ("cassandra", "site"):
        assert SERVICES[name]["restart"] == "unless-stopped"


def test_cassandra_is_one_version_and_not_whichever_is_newest() -> None:
    image = SERVICES["cassandra"]["image"]
    assert re.fullmatch(r"\$\{CASSANDRA_IMAGE:-docker\.io/library/cassandra:5\.0\.\d+\}", image)


def test_both_images_can_be_pinned_by_their_digests() -> None:
    default = "docker.io/library/python:3.11-slim-bookworm"
    assert f"ARG PYTHON_IMAGE={default}\nFROM ${{PYTHON_IMAGE}}\n" in DOCKERFILE
    assert len(re.findall("^FROM ", DOCKERFILE, re.MULTILINE)) == 1
    assert SERVICES["site"]["build"]["args"] == ["PYTHON_IMAGE"]
    for name in ("PYTHON_IMAGE", "CASSANDRA_IMAGE"):
        assert re.search(rf"^{name}=docker\.io/library/.*@sha256:…$", DEPLOYMENT, re.MULTILINE)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_privileges_and_a_bounded_part_of_the_host(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "ipc"} & service.keys()
    assert re.fullmatch(r"\$\{\w+_MEMORY:-\d+G\}", service["mem_limit"])
    assert 100 < service["pids_limit"] < 2_000


def test_no_service_runs_as_root() -> None:
    assert SERVICES["cassandra"]["user"] == "cassandra"
    assert "\nUSER site\n" in DOCKERFILE
    assert not [name for name in ("schema", "site") if "user" in SERVICES[name]]


def test_the_site_s_files_are_read_only_but_for_its_state_and_temporary_ones() -> None:
    """tests/test_container.py shows that it needs no others."""
    for name in ("schema", "site"):
        assert SERVICES[name]["read_only"] is True
        assert [mount.partition(":")[0] for mount in SERVICES[name]["tmpfs"]] == ["/tmp"]  # noqa: S108


def test_cassandra_takes_a_bounded_part_of_the_host_s_memory() -> None:
    environment = SERVICES["cassandra"]["environment"]
    for name in ("MAX_HEAP_SIZE", "MAX_DIRECT_MEMORY_SIZE"):
        assert re.fullmatch(rf"\$\{{{name}:-\d+[MG]\}}", environment[name])


@pytest.mark.cluster
def test_cassandra_acknowledges_a_write_when_it_is_on_disk(tmp_path: Path) -> None:
    """A real node, set as the image's is by itself, and then by the options of compose.yaml."""
    defaults = tmp_path / "defaults.yaml"
    defaults.write_text("commitlog_sync: periodic\ncommitlog_sync_period: 10000ms\n")
    network = f"127.{random.randint(1, 250)}.{random.randint(1, 250)}"  # noqa: S311
    environment = {
        **os.environ,
        "CASSANDRA_DIR": str(tmp_path / "node"),
        "CASSANDRA_JARS": str(ROOT / "var/cassandra/jars"),
        "CASSANDRA_NETWORK": network,
        "CASSANDRA_YAML": str(defaults),
        "JAVA_TOOL_OPTIONS": SERVICES["cassandra"]["environment"]["JVM_EXTRA_OPTS"],
    }
    script = ROOT / "script/cassandra"
    try:
        subprocess.run([script, "start", "1"], env=environment, check=True, timeout=600)
        assert setting(f"{network}.1", "commitlog_sync") == "batch"
    finally:
        subprocess.run([script, "stop"], env=environment, check=True, timeout=60)


def setting(host: str, name: str) -> str:
    """What a node itself says of one of its settings."""
    with Cluster([host]) as cluster:
        query = "SELECT value FROM system_views.settings WHERE name = %s"
        return str(cluster.connect().execute(query, (name,)).one().value)
