"""The systems that are compared: how each is started, and what is sent to it."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import Process
from pathlib import Path

import requests
from tqdm import trange

from benchmarks import under_attack
from benchmarks.million import a_record
from benchmarks.throughput.environments import FOLDER, ONNX_NETWORK, OTHERS, PARAMETERS, programs
from history.stores.sqlite.store import SQLiteStore
from testbed.processes import pin
from testbed.sites import START_TIMEOUT_S, free_port, running_site

IDENTIFY, PREVIEW = "/api/mnist/identify", "/api/v1/preview"
VISITORS = 64
"""Browsers, of which each has drawn a part of the drawings."""

ADDRESSES = 1_000
GROUP = 1_000
"""Records that are stored together."""

SLOW_CLIENTS_CONNECT_S = 3

CASSANDRA = {name: value for name, value in os.environ.items() if name.startswith("MNIST_SERVER_DB_")}

PAGE_HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-GB,en;q=0.9",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Dest": "empty",
}

Command = Sequence[str | Path]

Serve = Callable[[Path, int, int], AbstractContextManager[int]]
"""From a folder for the state, a port and the number of workers to a running server's process."""


@dataclass(frozen=True, slots=True)
class System:
    title: str
    serve: Serve
    path: str = IDENTIFY
    from_page: bool = False
    """Requests have a cookie, an Origin, strokes and all else that the drawing page and its browser send."""
    through_proxy: bool = False
    """Requests name one of a thousand addresses as their client's."""
    slow_clients: bool = False
    """A thousand other clients send a byte a second."""
    records: int = 0
    """In its history before it is started."""


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    process: int
    ready_s: float
    """From its start to the first recognised drawing."""


@contextmanager
def started(system: System, state: Path, body: dict, *, workers: int) -> Iterator[Server]:
    """A system that has recognised a drawing, until the block ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    start = time.monotonic()
    with system.serve(state, port, workers) as process:
        while not recognises(url, body):
            if time.monotonic() > start + START_TIMEOUT_S:
                logs = "\n".join(log.read_text() for log in state.glob("*log"))
                raise RuntimeError(f"{system.title} did not start:\n{logs}")
            time.sleep(0.02)
        yield Server(url, process, time.monotonic() - start)


def recognises(url: str, body: dict) -> bool:
    try:
        return requests.post(url + IDENTIFY, json={"data": body["data"]}, timeout=START_TIMEOUT_S).ok
    except requests.ConnectionError:
        return False


def copy_history(records: int, state: Path) -> None:
    """Put a history with that many records into a folder. It is made once, and copied each time."""
    folder = FOLDER / f"history-{records}"
    finished = folder / "finished"
    if not finished.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        store = SQLiteStore(folder / "history.sqlite3")
        store.check()
        for start in trange(0, records, GROUP, desc=f"{records:,} records", unit_scale=GROUP):
            store.add_all([a_record(number, records) for number in range(start, start + GROUP)])
        finished.touch()
    shutil.copytree(folder, state, dirs_exist_ok=True)


@contextmanager
def slow_clients(server: Server, core: int) -> Iterator[None]:
    """During the block, a thousand clients on that core send a byte a second."""
    port = int(server.url.rpartition(":")[2])
    process = Process(target=under_attack.run_attack, args=(under_attack.slow_clients, port), daemon=True)
    process.start()
    pin(process.pid or 0, [core])
    try:
        time.sleep(SLOW_CLIENTS_CONNECT_S)
        yield
    finally:
        process.kill()
        process.join()


def requests_to(system: System, url: str, bodies: Sequence[dict]) -> Iterator[bytes]:
    """The system's requests as they go over the wire."""
    cookies = cycle(visitors_cookies(url) if system.from_page else [""])
    for number, body in enumerate(bodies):
        headers = {"Host": url.removeprefix("http://"), "Content-Type": "application/json"}
        if system.from_page:
            headers |= {**PAGE_HEADERS, "Origin": url, "Referer": f"{url}/", "Cookie": next(cookies)}
        if system.through_proxy:
            headers["X-Forwarded-For"] = f"10.0.{number % ADDRESSES // 250}.{number % 250 + 1}"
        sent = body if system.from_page and system.path == IDENTIFY else {"data": body["data"]}
        yield post(system.path, headers, json.dumps(sent, separators=(",", ":")).encode())


def post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def visitors_cookies(url: str) -> list[str]:
    """The cookies that the drawing page gives to new visitors."""
    pages = (requests.get(url, timeout=START_TIMEOUT_S) for _ in range(VISITORS))
    return [f"visitor={page.cookies['visitor']}" for page in pages]


@contextmanager
def running(command: Command, log: Path, *, folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """A process in a folder, until the block ends."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | environment, stdout=output, stderr=output
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=START_TIMEOUT_S)


def original(*, durable: bool) -> Serve:
    def serve(state: Path, port: int, workers: int) -> AbstractContextManager[int]:
        options = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
        command: Command = [programs("original") / "gunicorn", *options, "original:application"]
        environment = {"PARAMETERS": str(PARAMETERS), "OMP_NUM_THREADS": "1"}
        environment["DATABASE"] = str(state / "drawings.sqlite3") if durable else ""
        return running(command, state / "server.log", folder=OTHERS, environment=environment)

    return serve


def fastapi_onnx(state: Path, port: int, workers: int) -> AbstractContextManager[int]:
    options = ["--port", str(port), "--workers", str(workers), "--no-access-log"]
    command: Command = [programs("fastapi_onnx") / "uvicorn", *options, "fastapi_onnx:application"]
    return running(command, state / "server.log", folder=OTHERS, environment={"NETWORK": str(ONNX_NETWORK)})


def application(**settings: str) -> Serve:
    """The site as script/server runs it."""

    @contextmanager
    def serve(state: Path, port: int, workers: int) -> Iterator[int]:
        chosen = {"WEB_CONCURRENCY": str(workers), **settings}
        with running_site(state, wait=False, port=port, **chosen) as site:
            yield site.process.pid

    return serve


SYSTEMS = {
    "original": System("the original, nothing stored", original(durable=False)),
    "original-durable": System("the original, a durable insert each", original(durable=True)),
    "fastapi": System("FastAPI and ONNX Runtime, nothing stored", fastapi_onnx),
    "application": System("this site", application()),
    "page": System("this site, requests of its page", application(), from_page=True),
    "preview": System("this site, previews", application(), path=PREVIEW, from_page=True),
    "limited": System(
        "this site, its rate limit, 1,000 addresses",
        application(MNIST_SERVER_RATE_LIMIT="", MNIST_SERVER_PROXIES="127.0.0.1"),
        through_proxy=True,
    ),
    "django": System("this site without its fast path", application(MNIST_SERVER_FAST_PATH="0")),
    "slow-clients": System("this site, beside 1,000 slow clients", application(), slow_clients=True),
    **{
        f"history-{records}": System(f"this site, {records:,} records", application(), records=records)
        for records in (1_000, 10_000, 100_000, 1_000_000)
    },
    "cassandra": System("this site with Cassandra", application(**CASSANDRA)),
    "cassandra-page": System(
        "this site with Cassandra, requests of its page", application(**CASSANDRA), from_page=True
    ),
}
"""For those with Cassandra, it must run where the site's settings say."""

USUAL = ("original", "original-durable", "fastapi", "application", "page", "preview", "limited")
