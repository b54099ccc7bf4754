"""Measures the most expensive requests, apart from their pictures.

    .venv/bin/python -m benchmarks.hostile_requests --seconds 120

Searches at random among requests that a stranger, a visitor or the staff may send, each kind with sizes,
texts and numbers of its own, against a history with drawings as large as the limits let them be. Prints for
each kind the highest processor time of all threads and the most memory that one request took. Exit status 1:
a kind took more than LIMIT_MS or LIMIT_BYTES. benchmarks/hostile_pictures.py measures pictures. A login takes
as long as the hash of its password is made to; a login's own limit bounds their number.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")
os.environ["MNIST_SERVER_STATE_DIR"] = tempfile.mkdtemp()
os.environ["MNIST_SERVER_RATE_LIMIT"] = "0"

import django

django.setup()

import numpy as np
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from testbed.drawings import data_url
from testbed.hostile import ONE, draw, encode
from testbed.processes import memory_bytes

LIMIT_MS, LIMIT_BYTES = 300, 100_000_000
LARGE_RECORDS, RECORDS = 60, 300
IDENTIFY, PREVIEW, INSIDE = "/api/v1/identify", "/api/v1/preview", "/api/v1/inside"

Send = Callable[[], Any]
Prepare = Callable[[np.random.Generator], Send]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=60, help="how long to search")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    random, kinds = np.random.default_rng(chosen.seed), make_kinds()
    worst = dict.fromkeys(kinds, (0.0, 0))
    for prepare in kinds.values():
        prepare(random)()  # Loads what is loaded once.
    deadline = time.monotonic() + chosen.seconds
    while time.monotonic() < deadline:
        for kind, prepare in kinds.items():
            taken = cost(prepare(random))
            worst[kind] = (max(worst[kind][0], taken[0]), max(worst[kind][1], taken[1]))
    print("| request | ms of a core | MB |\n|---|---|---|")
    for kind, (milliseconds, taken_bytes) in sorted(worst.items(), key=lambda each: -each[1][0]):
        print(f"| {kind} | {milliseconds:.0f} | {taken_bytes / 1e6:.0f} |")
    return int(any(ms > LIMIT_MS or size > LIMIT_BYTES for ms, size in worst.values()))


def cost(send: Send) -> tuple[float, int]:
    """Milliseconds of processor time of all threads, and the bytes by which the process grew meanwhile."""
    Path("/proc/self/clear_refs").write_text("5")  # Resets the peak.
    before, started = memory_bytes("VmRSS"), time.process_time()
    send()
    return (time.process_time() - started) * 1000, max(0, memory_bytes("VmHWM") - before)


def make_kinds() -> dict[str, Prepare]:
    """The kinds of requests, against a history that is made for them."""
    call_command("migrate", verbosity=0)
    visitor = Client(headers={"Origin": "http://localhost"}, SERVER_NAME="localhost")
    staff = Client(SERVER_NAME="localhost")
    staff.force_login(User.objects.create_superuser("ada"))
    small = data_url(encode(draw(ONE), "grey"))
    number = data_url(encode(draw(ONE._replace(width=1_200, step=100, repeats=12)), "grey"))

    def post(path: str, body: Any) -> Send:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return lambda: visitor.post(path, content, content_type="application/json")

    def put(path: str, body: Any) -> Send:
        content = json.dumps(body)
        return lambda: visitor.put(path, content, content_type="application/json")

    def get(path: str, query: Any = None, *, client: Client = visitor, headers: Any = None) -> Send:
        return lambda: client.get(path, query, headers=headers)

    large = {"data": number, "strokes": strokes(20_000, 500)}
    ids = [post(IDENTIFY, large)().json()["id"] for _ in range(LARGE_RECORDS)]
    ids += [post(IDENTIFY, {"data": small})().json()["id"] for _ in range(RECORDS)]
    record = f"/api/v1/recognitions/{ids[0]}"
    table = "/admin/history/historyrecord/"
    return {
        "a drawing with 20,000 points": lambda r: post(
            IDENTIFY, {"data": small, "strokes": strokes(20_000, int(r.integers(1, 501)))}
        ),
        "a body of numbers": lambda _: post(
            IDENTIFY, b'{"data":"", "strokes":[[[' + b"1," * 99_990 + b"1]]]" + b" " * 2_000_000 + b"}"
        ),
        "a body of deep lists": lambda r: post(IDENTIFY, b"[" * int(r.integers(1, 200_000))),
        "a body of one long text": lambda _: post(IDENTIFY, {"data": "A" * 1_333_000}),
        "a body of escapes": lambda _: post(IDENTIFY, b'{"data":"' + b"\\u0041" * 400_000 + b'"}'),
        "a body of a long integer": lambda r: post(
            IDENTIFY, b'{"data":' + b"9" * int(r.integers(1, 2_400_000)) + b"}"
        ),
        "a body of many keys": lambda _: post(IDENTIFY, {str(i): i for i in range(60_000)}),
        "a preview of a number": lambda _: post(PREVIEW, {"data": number}),
        "a look inside": lambda _: post(INSIDE, {"data": small, "digit": 0}),
        "a look inside a number": lambda _: get(f"{record}/inside?digit=0"),
        "recognised again": lambda _: get(f"{record}/again"),
        "a list of the API": lambda _: get("/api/v1/recognitions?limit=200"),
        "a list with any cursor": lambda r: get("/api/v1/recognitions", {"before": text(r, 5_000)}),
        "a record of 20,000 points": lambda _: get(record),
        "a page of 20,000 points": lambda _: get(f"/history/{ids[0]}/"),
        "a list's page": lambda _: get("/history/"),
        "the drawing page": lambda _: get("/"),
        "a label": lambda r: put(f"{record}/label", {"text": text(r, 40, of="0123456789")}),
        "a long label": lambda r: put(f"{record}/label", {"text": text(r, 1_000_000)}),
        "a share": lambda r: put(f"{record}/share", {"days": int(r.integers(1, 3651))}),
        "a long number of days": lambda r: put(
            f"{record}/share", {"days": text(r, 1_000_000, of="0123456789")}
        ),
        "a report of a browser": lambda r: post(
            "/csp-report/", {"csp-report": {"document-uri": f"http://localhost/{text(r, 4_000)}"}}
        ),
        "languages": lambda r: get(
            "/", headers={"Accept-Language": ",".join(f"{word(r)};q=0.{i}" for i in range(900))}
        ),
        "cookies": lambda r: get("/", headers={"Cookie": "; ".join(f"{i}={word(r)}" for i in range(900))}),
        "a query of many values": lambda _: get(
            "/api/v1/recognitions?" + "&".join(f"a{i}=b" for i in range(990))
        ),
        "an unknown path": lambda r: get("/" + quote(text(r, 2_000))),
        "a login": lambda r: (
            lambda: Client(SERVER_NAME="localhost").post(
                "/admin/login/", {"username": "ada", "password": text(r, 4_000)}
            )
        ),
        "the admin's list": lambda _: get(table, client=staff),
        "the admin's list, filtered": lambda _: get(f"{table}?digit=1&agreement=disagrees", client=staff),
        "the audit list": lambda _: get("/admin/history/auditentry/", client=staff),
        "the dashboard": lambda _: get(f"{table}dashboard/", client=staff),
    }


def strokes(points: int, count: int) -> list[list[list[float]]]:
    """Strokes with five long numbers for each point."""
    of_each = max(1, points // count)
    axis = [123456.789012345 + i for i in range(of_each)]
    return [[axis, axis, axis, axis, axis] for _ in range(min(count, points))]


def word(random: np.random.Generator) -> str:
    return text(random, 3, of="abcxyz-*")


def text(random: np.random.Generator, most: int, *, of: str = "aA0-_.,;/%é数字\u0000😀") -> str:
    characters = np.array(list(of))
    return "".join(random.choice(characters, int(random.integers(1, most + 1))))


if __name__ == "__main__":
    sys.exit(main())
