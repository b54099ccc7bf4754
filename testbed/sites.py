"""The site as `script/server` runs it, on this machine and with a state of its own."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from testbed.processes import children

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_S, COMPILE_TIMEOUT_S = 60, 180
STAFF = {"username": "ada", "password": "wheels and levers"}


@dataclass(frozen=True)
class Site:
    """A site that runs under gunicorn."""

    url: str
    state: Path
    log: Path
    process: "subprocess.Popen[bytes]"


@contextmanager
def running_site(
    state: Path, *, wait: bool = True, port: int = 0, through: Sequence[str] = (), **environment: str
) -> Iterator[Site]:
    """Runs `script/server` with its state in a folder, until the block ends.

    port: by default a free one. through: a command that starts the server.
    """
    port = port or free_port()
    variables = site_environment(state, MNIST_SERVER_PORT=str(port), **environment)
    log_path = state / f"server-{port}.log"
    with log_path.open("ab") as log:
        command = [*through, str(ROOT / "script" / "server")]
        process = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
        site = Site(url=f"http://127.0.0.1:{port}", state=state, log=log_path, process=process)
        try:
            if wait:
                wait_until_it_answers(site)
            yield site
        finally:
            process.terminate()
            process.wait(timeout=START_TIMEOUT_S)


def site_environment(state: Path, **given: str) -> dict[str, str]:
    """An environment for a process of the site: its state's folder and the given variables, and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MNIST_SERVER_")}
    settings = {"DJANGO_SETTINGS_MODULE": "mnistsite.settings", "ENV_FILE": "/dev/null"}
    settings["MNIST_SERVER_RATE_LIMIT"] = "0"  # Tests and benchmarks ask more than anybody may.
    return {**inherited, **settings, "MNIST_SERVER_STATE_DIR": str(state), **given}


def wait_until_it_answers(site: Site) -> None:
    """Return when the site responds at all: one without parameters responds with 503."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and site.process.poll() is None:
        try:
            requests.get(f"{site.url}/api/health", timeout=START_TIMEOUT_S)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The site did not start:\n{site.log.read_text()}")


def wait_for_compiled_code(site: Site) -> None:
    """Return when the worker that answers has loaded it."""
    deadline = time.monotonic() + COMPILE_TIMEOUT_S
    while not get(site, "/api/health").json()["compiled"]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"The site reads without compiled code:\n{site.log.read_text()}")
        time.sleep(0.1)


def workers(site: Site) -> set[int]:
    """The process ids of the site's workers."""
    return set(children(site.process.pid))


def get(site: Site, path: str, *, timeout_s: float = 30) -> requests.Response:
    """Ask a running site."""
    return requests.get(site.url + path, timeout=timeout_s)


def free_port() -> int:
    """A port on which no process listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def employ(site: Site) -> None:
    """Create a superuser of the site."""
    given = {f"DJANGO_SUPERUSER_{name.upper()}": value for name, value in STAFF.items()}
    command = [str(ROOT / "script/manage"), "createsuperuser", "--noinput", "--email", "ada@localhost"]
    subprocess.run(
        command, env=site_environment(site.state, **given), capture_output=True, check=True, timeout=120
    )
