"""script/cassandra: what it refuses, and that it ends only what it started."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cluster import Cluster
from tests.conftest import ROOT


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ROOT / "script/cassandra", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    "arguments", [(), ("begin",), ("start", "2"), ("start", "1", "2"), ("stop", "1"), ("status", "x")]
)
def test_a_wrong_call_says_how_to_call_it(arguments: tuple[str, ...]) -> None:
    refused = run(*arguments)
    assert refused.returncode == 2
    assert "script/cassandra start [NODES]" in refused.stderr


def test_without_java_it_says_what_to_install(tmp_path: Path) -> None:
    """Where it may not install anything itself: no apt-get, no Java, no Maven."""
    for tool in ("bash", "dirname", "readlink", "realpath", "id", "cat", "sed", "mkdir", "flock", "env"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    refused = run("start", PATH=str(tmp_path), CASSANDRA_DIR=str(tmp_path / "cassandra"))
    assert refused.returncode == 1
    assert "openjdk-17-jre-headless" in refused.stderr
    assert "maven" in refused.stderr


def test_a_folder_without_nodes_has_none_to_show_or_stop(tmp_path: Path) -> None:
    shown = run("status", CASSANDRA_DIR=str(tmp_path))
    assert (shown.returncode, shown.stdout) == (1, "")
    assert run("stop", CASSANDRA_DIR=str(tmp_path)).returncode == 0


def test_a_process_that_took_a_nodes_number_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "60"])
    node = tmp_path / "node1"
    node.mkdir()
    (node / "pid").write_text(str(other.pid))
    assert run("status", CASSANDRA_DIR=str(tmp_path)).stdout == "Node 1: stopped\n"
    assert run("stop", CASSANDRA_DIR=str(tmp_path)).returncode == 0
    assert other.poll() is None
    other.kill()
    other.wait()


def test_nodes_that_run_are_shown(cluster: Cluster) -> None:
    shown = run("status", CASSANDRA_DIR=str(cluster.folder), CASSANDRA_NETWORK=cluster.network)
    assert shown.returncode == 0
    for node, line in enumerate(shown.stdout.splitlines(), start=1):
        assert line.startswith(f"Node {node}: {cluster.host(node)}:9042, process ")
        assert "not answering" not in line
