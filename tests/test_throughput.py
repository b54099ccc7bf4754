"""benchmarks/throughput: what it counts is what happened."""

import io
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from benchmarks.throughput import load, report
from benchmarks.throughput.drawings import canvas_png
from benchmarks.throughput.load import Load, Turn
from benchmarks.throughput.report import Case, Measured
from benchmarks.throughput.systems import SYSTEMS, System, fastapi_onnx, post, requests_to
from testbed.drawings import data_url
from testbed.processes import cpu_s, family, pin, shared_memory_bytes
from tests.conftest import ROOT, Site

BURNT_S, HELD_BYTES = 0.4, 80_000_000
BUSY_FAMILY = f"""
import os, threading, time
open("/proc/self/comm", "w").write("a) R 1 (b")
child = os.fork()
if not child:
    while time.process_time() < {BURNT_S}: pass
    os._exit(0)
os.waitpid(child, 0)
held = b"x" * {HELD_BYTES}
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
if not os.fork():
    time.sleep(60)
print("ready", flush=True)
time.sleep(60)
"""


class Answer(BaseHTTPRequestHandler):
    """200 to a body that is good, and 500 to any other."""

    protocol_version = "HTTP/1.1"
    bodies: list[bytes] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(body)
        self.send_response(200 if body.startswith(b"good") else 500)
        answer = b'{"queued":true}' if b"queued" in body else b"{}"
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        """Nothing: there are thousands."""


class Hangup(BaseHTTPRequestHandler):
    """No answer at all."""

    def handle(self) -> None:
        self.connection.close()


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server."""
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def busy_family() -> Iterator[int]:
    """A process that had one busy child, and has an idle one."""
    with subprocess.Popen([sys.executable, "-c", BUSY_FAMILY], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        descendants = family(process.pid)
        yield process.pid
        for each in reversed(descendants):
            os.kill(each, 9)


def seen_by_wrk(url: str, file: Path, *bodies: bytes) -> Load:
    load.write_requests(file, (post("/", {"Host": "localhost"}, body) for body in bodies))
    core = min(os.sched_getaffinity(0))
    return load.parse(load.run_wrk(url, file, skip=1, connections=1, seconds=1, core=core))


def test_wrk_sends_the_requests_of_a_file_in_turn_and_counts_refusals(tmp_path: Path) -> None:
    bodies, answered = [b"good\n\n", b"bad", b"good, queued\nx"], Answer.bodies
    with serving(Answer) as url:
        seen = seen_by_wrk(url, tmp_path / "requests", *bodies)
    assert 0.9 < seen.seconds < 3
    assert 10 < len(answered) - 1 <= seen.requests <= len(answered)
    assert abs(seen.refused - seen.requests / 3) <= 1
    assert abs(seen.queued - seen.requests / 3) <= 1
    assert (seen.broken, seen.timed_out) == (0, 0)
    assert 0 < seen.p50_ms <= seen.p99_ms < 1000 * seen.seconds
    first = bodies.index(answered[0])
    assert answered == [bodies[(first + i) % 3] for i in range(len(answered))]


def test_wrk_counts_connections_that_break(tmp_path: Path) -> None:
    with serving(Hangup) as url:
        seen = seen_by_wrk(url, tmp_path / "requests", b"good")
    assert seen.requests == 0
    assert seen.broken == seen.errors > 0


def test_the_processor_time_includes_children_also_those_that_have_ended(busy_family: int) -> None:
    assert len(family(busy_family)) == 2
    assert BURNT_S * 0.9 < cpu_s(busy_family) < BURNT_S + 1


def test_memory_that_processes_share_counts_once(busy_family: int) -> None:
    assert HELD_BYTES < shared_memory_bytes(family(busy_family)) < 1.5 * HELD_BYTES


def test_every_thread_of_a_family_is_pinned(busy_family: int) -> None:
    core = max(os.sched_getaffinity(0))
    pin(busy_family, [core])
    tasks = [int(task.name) for each in family(busy_family) for task in Path(f"/proc/{each}/task").iterdir()]
    assert len(tasks) == 3
    assert all(os.sched_getaffinity(task) == {core} for task in tasks)


def test_ratios_are_between_turns_at_the_same_time() -> None:
    """In the second turn the whole machine was twice as slow."""
    case = Case("one digit", 8)
    others = Measured("original", (1, 1), turns={case: [turn(100, p99=2), turn(50, p99=4), turn(100, p99=2)]})
    own = Measured(
        "own", (1, 1), turns={case: [turn(400, p99=1), turn(200, p99=7, refused=3), turn(150, p99=9)]}
    )
    first, second = report.rows({"original": others, "own": own})
    assert (first.ratio, first.cpu_ratio) == (1, 1)
    assert (second.requests_per_s, second.ratio, second.p99_ms, second.errors) == (200, 4, 7, 3)
    assert second.cpu_us == pytest.approx(3 * 0.5 / 750 * 1e6)
    assert second.cpu_ratio == pytest.approx(750 / 250)
    assert second.cores == pytest.approx(0.5)
    assert "| own | one digit | 8 | 200 | 4.00 |" in report.markdown({"original": others, "own": own})


def turn(requests: int, *, p99: float, refused: int = 0) -> Turn:
    return Turn(
        Load(requests, 1.0, p99 / 2, p99, refused=refused, broken=0, timed_out=0, queued=0), cpu_s=0.5
    )


def test_a_plot_of_all_cases_can_be_drawn(tmp_path: Path) -> None:
    turns = {Case("one digit", connections): [turn(100, p99=2)] for connections in (8, 64)}
    systems = {name: Measured(name, (1, 1), turns=turns) for name in ("original", "own")}
    report.plot(systems, tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text()


def test_a_drawing_is_encoded_as_by_a_canvas() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (7, 5), dtype=np.uint8)
    with Image.open(io.BytesIO(canvas_png(grey))) as image:
        image.load()
        pixels = np.asarray(image)
    assert image.mode == "RGBA"
    assert (pixels[..., 3] == 255).all()
    assert all((pixels[..., channel] == grey).all() for channel in range(3))


def test_clients_of_a_proxy_have_many_addresses() -> None:
    system = System("", fastapi_onnx, through_proxy=True)
    sent = list(requests_to(system, "http://localhost:1", [{"data": "x", "strokes": []}] * 1_500))
    addresses = {request.partition(b"X-Forwarded-For: ")[2].split()[0] for request in sent}
    assert len(addresses) == 1_000
    assert all(request.endswith(b'\r\n\r\n{"data":"x"}') for request in sent)


def test_the_page_s_requests_are_kept_as_its_visitors_drawings(site: Site) -> None:
    body = {"data": data_url((ROOT / "docs/images/seven.png").read_bytes()), "strokes": [[[1, 2], [3, 4]]]}
    (request,) = requests_to(SYSTEMS["page"], site.url, [body])
    host, port = site.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(request)
        answer = HTTPResponse(connection)
        answer.begin()
        assert answer.status == 200
        record = json.load(answer)
    cookie = request.partition(b"Cookie: ")[2].split()[0].decode()
    visited = requests.get(f"{site.url}/api/v1/recognitions", headers={"Cookie": cookie}, timeout=30).json()
    assert [each["id"] for each in visited["recognitions"]] == [record["id"]]
