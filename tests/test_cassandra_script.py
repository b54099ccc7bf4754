"""script/cassandra: what it refuses, and that it ends only what it started."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster import Cluster
from tests.conftest import ROOT

JAVA = """#!/bin/sh
echo started "$@" >>"{log}"
exec {python} -m http.server 9042 --bind {network}.1
"""
LARGE = """#!{python}
import http.server, mmap
open("{log}", "a").write("started\\n")
memory = mmap.mmap(-1, 1 << 28, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE)
http.server.test(bind="{network}.1", port=9042)
"""
WITHOUT_ITS_FIRST_THREAD = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=[60]).start()
ctypes.CDLL(None).pthread_exit(None)
"""


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    process = begin(*arguments, **environment)
    out, err = process.communicate(timeout=600)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def begin(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [ROOT / "script/cassandra", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Fake:
    """What listens where a node would, and starts fast: these tests are about the script."""

    environment: dict[str, str]
    log: Path
    network: str

    @property
    def starts(self) -> int:
        return self.log.read_text().count("started") if self.log.exists() else 0


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    network = f"127.{random.randint(1, 250)}.{random.randint(1, 250)}"  # noqa: S311
    log, java = tmp_path / "starts.log", tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(JAVA.format(log=log, python=sys.executable, network=network))
    java.chmod(0o755)
    environment = {
        "PATH": f"{java.parent}:{os.environ['PATH']}",
        "CASSANDRA_DIR": str(tmp_path / "cassandra"),
        "CASSANDRA_JARS": str(ROOT / "var/cassandra/jars"),
        "CASSANDRA_NETWORK": network,
    }
    yield Fake(environment, log, network)
    run("stop", **environment)


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
    assert (shown.returncode, shown.stdout, shown.stderr) == (1, "", f"There are no nodes in {tmp_path}.\n")
    assert run("stop", CASSANDRA_DIR=str(tmp_path)).returncode == 0


@pytest.mark.parametrize("began", ["", " 1"], ids=["without a time", "of another time"])
def test_a_process_that_took_a_nodes_number_is_left_alone(tmp_path: Path, began: str) -> None:
    other = subprocess.Popen(["sleep", "60"])
    write_pid(tmp_path, f"{other.pid}{began}\n")
    assert run("status", CASSANDRA_DIR=str(tmp_path)).stdout == "Node 1: stopped\n"
    assert run("stop", CASSANDRA_DIR=str(tmp_path)).returncode == 0
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_process_that_ended_does_not_run_though_nobody_has_asked_for_its_result(tmp_path: Path) -> None:
    ended = subprocess.Popen(["sleep", "60"])
    write_pid(tmp_path, f"{ended.pid} {began(ended.pid)}\n")
    ended.kill()
    wait_for_state(ended.pid, "Z")
    assert run("status", CASSANDRA_DIR=str(tmp_path)).stdout == "Node 1: stopped\n"
    ended.wait()


def test_a_process_that_ended_before_its_time_was_written_does_not_run(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    write_pid(tmp_path, f"{ended.pid} \n")
    assert run("status", CASSANDRA_DIR=str(tmp_path)).stdout == "Node 1: stopped\n"


def test_a_process_runs_as_long_as_one_of_its_threads_does(tmp_path: Path) -> None:
    """As a killed node does for some moments: its first thread is over, and its ports are still taken."""
    ending = subprocess.Popen([sys.executable, "-c", WITHOUT_ITS_FIRST_THREAD])
    write_pid(tmp_path, f"{ending.pid} {began(ending.pid)}\n")
    wait_for_state(ending.pid, "Z")
    assert f"process {ending.pid}" in run("status", CASSANDRA_DIR=str(tmp_path)).stdout
    ending.kill()
    ending.wait()


def test_a_node_that_was_killed_is_started_again_though_it_takes_its_time_to_die(
    fake: Fake, tmp_path: Path
) -> None:
    """As on a busy machine: here the kernel gives back its memory only when nothing else is to be done."""
    java = tmp_path / "bin" / "java"
    java.write_text(LARGE.format(log=fake.log, python=sys.executable, network=fake.network))
    assert run("start", **fake.environment).returncode == 0
    process = int((tmp_path / "cassandra/node1/pid").read_text().split()[0])
    os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))
    group = Path(f"/proc/{process}/autogroup")
    if group.exists():
        group.write_text("19")
    cpu = min(os.sched_getaffinity(0))
    os.sched_setaffinity(process, {cpu})
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        os.sched_setaffinity(busy.pid, {cpu})
        os.kill(process, signal.SIGKILL)
        second = begin("start", **fake.environment)
        time.sleep(0.5)
        busy.kill()
    _, complaint = second.communicate(timeout=60)
    assert (second.returncode, fake.starts) == (0, 2), complaint
    assert int((tmp_path / "cassandra/node1/pid").read_text().split()[0]) != process


def test_a_node_that_takes_its_time_to_become_java_is_waited_for(fake: Fake) -> None:
    """A busy machine leaves a new process for a while before it runs another program than its parent."""
    slowly = {"BASH_FUNC_setsid%%": '() { sleep 1; exec setsid "$@"; }'}
    started = run("start", **fake.environment, **slowly)
    assert started.returncode == 0, started.stderr
    assert fake.starts == 1


def test_two_starts_at_once_start_a_node_once(fake: Fake) -> None:
    missing, waiting = fake.log.with_name("missing"), fake.log.with_name("waiting")
    held = f'() {{ touch "{missing}"; until [ -e "{waiting}" ]; do sleep 0.01; done; command sed "$@"; }}'
    seen = f'() {{ [ "$1" != 8 ] || touch "{waiting}"; command flock "$@"; }}'
    first = begin("start", **fake.environment, **{"BASH_FUNC_sed%%": held})
    wait_until(missing.exists)
    second = begin("start", **fake.environment, **{"BASH_FUNC_flock%%": seen})
    wait_until(lambda: waiting.exists() or fake.starts > 0)
    waiting.touch()
    for start in (first, second):
        _, said = start.communicate(timeout=60)
        assert start.returncode == 0, said
    assert fake.starts == 1


def test_a_node_that_ends_while_it_starts_is_said_with_its_last_words(fake: Fake, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.write_text("#!/bin/sh\necho No room.\nexit 1\n")
    started = run("start", **fake.environment)
    assert (started.returncode, started.stderr) == (1, "Node 1 ended: No room.\n")


def test_only_a_new_cluster_makes_its_first_user_without_a_pause(fake: Fake) -> None:
    """A node that is started again would take all of a processor until the others are there."""
    for _ in range(2):
        run("start", **fake.environment)
        run("stop", **fake.environment)
    new, again = fake.log.read_text().splitlines()
    at_once = "-Dcassandra.superuser_setup_delay_ms=0"
    assert at_once in new
    assert at_once not in again
    assert "@script/cassandra-node/jvm.options" in again
    assert at_once not in (ROOT / "script/cassandra-node/jvm.options").read_text()


def write_pid(cluster: Path, content: str) -> None:
    (cluster / "node1").mkdir()
    (cluster / "node1" / "pid").write_text(content)


def began(process: int) -> str:
    return stat(process)[19]


def wait_for_state(process: int, state: str) -> None:
    wait_until(lambda: stat(process)[0] == state)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stat(process: int) -> list[str]:
    """What the kernel tells of a process, after its name: its state comes first."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()


def test_nodes_that_run_are_shown(cluster: Cluster) -> None:
    shown = run("status", CASSANDRA_DIR=str(cluster.folder), CASSANDRA_NETWORK=cluster.network)
    assert shown.returncode == 0
    for node, line in enumerate(shown.stdout.splitlines(), start=1):
        assert line.startswith(f"Node {node}: {cluster.host(node)}:9042, process ")
        assert "not answering" not in line
