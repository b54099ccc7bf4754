"""Measures how long twelve people wait for their results during an attack on the site.

    .venv/bin/python -m benchmarks.under_attack --rounds 3 --seconds 10

Starts the site as script/server runs it. Twelve clients, each with an address of its own on this machine,
draw four times a second, in turn alone and beside an attack, which has one address. Prints their waits and,
for each attack, the ratio of the 99th percentiles. Exit status 1: a ratio is above LIMIT, or a good request
failed.
"""

import argparse
import asyncio
import base64
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from testbed.drawings import data_url
from testbed.hostile import ONE, Hostile, draw, encode
from testbed.sites import Site, running_site

CLIENTS, PAUSE_S, LIMIT = 12, 0.25, 2.0
ATTACKER = "127.0.0.2"
REST_S = 12
"""After which an attacker may use all of its rate limit again."""

HEAD = "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"

Attack = Callable[[int], Coroutine[Any, Any, None]]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3, help="how often each attack takes turns with peace")
    options.add_argument("--seconds", type=float, default=10, help="how long each turn takes")
    options.add_argument("--attack", choices=ATTACKS, help="only this one")
    chosen = options.parse_args()
    chosen_attacks = {chosen.attack: ATTACKS[chosen.attack]} if chosen.attack else ATTACKS
    failed = False
    print("| beside | alone: median, 99 % | attacked: median, 99 % | ratio of the 99 % | failed |")
    print("|---|---|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as state,
        running_site(Path(state), MNIST_SERVER_RATE_LIMIT="") as site,
    ):
        asyncio.run(measure(site, 5))
        for name, attack in chosen_attacks.items():
            alone, attacked, failures = list[float](), list[float](), 0
            for _ in range(chosen.rounds):
                for waits, is_attacked in ((alone, False), (attacked, True)):
                    with attacking(site, attack if is_attacked else None):
                        more, failed_now = asyncio.run(measure(site, chosen.seconds))
                    waits.extend(more)
                    failures += failed_now
            median, high = np.percentile(alone, (50, 99))
            attacked_median, attacked_high = np.percentile(attacked, (50, 99))
            ratio = attacked_high / high
            failed |= bool(ratio > LIMIT or failures)
            shown = f"{median:.0f}, {high:.0f} | {attacked_median:.0f}, {attacked_high:.0f}"
            print(f"| {name} | {shown} | {ratio:.1f} | {failures} |", flush=True)
    return int(failed)


@contextmanager
def attacking(site: Site, attack: "Attack | None") -> Iterator[None]:
    """Attack the site during the block, and let it come to rest afterwards."""
    if attack is None:
        yield
        return
    process = multiprocessing.Process(target=run_attack, args=(attack, port_of(site)), daemon=True)
    process.start()
    try:
        time.sleep(1)
        yield
    finally:
        process.kill()
        process.join()
    time.sleep(REST_S)


async def measure(site: Site, seconds: float) -> tuple[list[float], int]:
    """The good clients' waits in ms, and how many of their requests failed."""
    body = json.dumps({"data": data_url(encode(draw(ONE), "grey"))}).encode()
    waits: list[float] = []
    failures = 0
    deadline = time.monotonic() + seconds

    async def client(number: int) -> None:
        nonlocal failures
        connection = await connect(port_of(site), f"127.0.1.{number + 1}")
        await asyncio.sleep(PAUSE_S * number / CLIENTS)
        while time.monotonic() < deadline:
            started = time.monotonic()
            failures += await ask(connection, "/api/mnist/identify", body) != 200
            waits.append((time.monotonic() - started) * 1000)
            await asyncio.sleep(PAUSE_S)

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return waits, failures


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(port: int, address: str) -> Connection:
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))


async def ask(connection: Connection, path: str, body: bytes) -> int:
    """The response's status."""
    reader, writer = connection
    writer.write(HEAD.format(method="POST" if body else "GET", path=path, length=len(body)).encode() + body)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return int(head.split()[1])


def run_attack(attack: Attack, port: int) -> None:
    asyncio.run(attack(port))


def repeated(path: str, body: bytes, *, connections: int = 16) -> Attack:
    """The same request again and again on several connections, as fast as the site answers."""

    async def one(port: int) -> None:
        while True:
            with suppress(OSError, EOFError):
                connection = await connect(port, ATTACKER)
                while True:
                    await ask(connection, path, body)

    async def attack(port: int) -> None:
        await asyncio.gather(*(one(port) for _ in range(connections)))

    return attack


async def slow_clients(port: int) -> None:
    """A thousand that send a byte a second, of their headers or of their bodies."""

    async def one(number: int) -> None:
        part = (
            b"POST / HT"
            if number % 2
            else HEAD.format(method="POST", path="/api/mnist/identify", length=9_000).encode() + b"{"
        )
        while True:
            with suppress(OSError):
                _, writer = await connect(port, ATTACKER)
                writer.write(part)
                while True:
                    await asyncio.sleep(1)
                    writer.write(b" ")
                    await writer.drain()

    await asyncio.gather(*(one(number) for number in range(1_000)))


def of_picture(hostile: Hostile) -> bytes:
    content = base64.b64encode(encode(draw(hostile), hostile.mode)).decode()
    return json.dumps({"data": content}).encode()


DEAR = Hostile("combs", 2_048, 2_048, 3, 2, repeats=60, mode="grey", noise=40, is_portrait=False)
ATTACKS: dict[str, Attack] = {
    "dear pictures": repeated("/api/mnist/identify", of_picture(DEAR)),
    "looks inside": repeated("/api/v1/inside", of_picture(ONE)),
    "a thousand slow clients": slow_clients,
    "a flood of drawings": repeated("/api/mnist/identify", of_picture(ONE)),
    "a flood of health checks": repeated("/api/health", b""),
}


def port_of(site: Site) -> int:
    return int(site.url.rpartition(":")[2])


if __name__ == "__main__":
    sys.exit(main())
