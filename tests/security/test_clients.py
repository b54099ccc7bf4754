"""Clients that send slowly, read slowly or leave, against a running site."""

import asyncio
import json
import select
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse, UnreadablePostError
from django.urls import path
from pytest_django import Settings

from mnistsite import handler
from mnistsite.handler import Handler
from mnistsite.rate_limiter import RateLimiter
from mnistsite.rate_limits import spend
from mnistsite.worker import MAX_UNSENT
from testbed.drawings import data_url, encoded, on_canvas
from testbed.processes import memory_bytes
from testbed.sites import wait_for_compiled_code, workers
from tests.conftest import Digits, Site, get, running_site

POST = b"POST /api/mnist/identify HTTP/1.1\r\nHost: localhost\r\n"
PARTS = (
    b"POST /api/mnist/identify HT",
    POST + b"Content-Length: 9000\r\n\r\n{",
    POST + b"Content-Length: 2400000\r\n\r\n{",
)


clients: list[socket.socket] = []


@pytest.fixture(autouse=True)
def _close_clients() -> Iterator[None]:
    yield
    while clients:
        clients.pop().close()


def connect(site: Site, sent: bytes, *, address: str = "127.0.0.1") -> socket.socket:
    port = int(site.url.rpartition(":")[2])
    client = socket.create_connection(("127.0.0.1", port), timeout=40, source_address=(address, 0))
    clients.append(client)
    client.sendall(sent)
    return client


def received(client: socket.socket) -> bytes:
    """All that the site sends until it closes the connection."""
    with client:
        return b"".join(iter(lambda: client.recv(65_536), b""))


def test_a_thousand_slow_clients_delay_nobody(tmp_path: Path, test_digits: Digits) -> None:
    """With a thread for each, sixteen of them would stop a worker for as long as they like."""
    drawing = {"data": data_url(encoded(on_canvas(test_digits.images[0])))}
    with running_site(tmp_path, WEB_CONCURRENCY="1") as site:
        slow = [connect(site, PARTS[index % 2]) for index in range(1_000)]
        for _ in range(20):
            started = time.monotonic()
            answer = requests.post(f"{site.url}/api/mnist/identify", json=drawing, timeout=30)
            assert answer.json()["stored"]
            assert time.monotonic() - started < 5
            for client in slow[::10]:
                client.sendall(b" ")
        for client in slow:
            client.close()


def test_slow_large_bodies_leave_room_for_small_ones(site: Site, test_digits: Digits) -> None:
    slow = [connect(site, PARTS[2]) for _ in range(100)]
    drawing = {"data": data_url(encoded(on_canvas(test_digits.images[0])))}
    started = time.monotonic()
    assert requests.post(f"{site.url}/api/mnist/identify", json=drawing, timeout=30).json()["stored"]
    assert time.monotonic() - started < 4
    refused = received(slow[-1])
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b'"code": "busy"' in refused
    assert b"Retry-After: 1" in refused


def test_headers_have_a_deadline_even_if_a_byte_comes_now_and_then(site: Site) -> None:
    with connect(site, PARTS[0]) as client:
        started = time.monotonic()
        client.settimeout(1)
        is_open = True
        while is_open:
            client.sendall(b"a")
            with suppress(TimeoutError):
                is_open = client.recv(1) != b""
    assert 14 < time.monotonic() - started < 20


def test_a_body_announced_as_too_large_is_refused_readably_while_it_is_sent(site: Site) -> None:
    """5 MB, far more than the kernel's buffers take: a connection closed at once would be reset."""
    client = connect(site, POST + b"Connection: close\r\nContent-Length: 5000000\r\n\r\n" + b" " * 5_000_000)
    assert b"body_too_large" in received(client)


def test_a_client_that_ends_its_side_reads_the_answer(site: Site) -> None:
    whole, part = connect(site, POST + b"Content-Length: 2\r\n\r\n{}"), connect(site, PARTS[1])
    for client in (whole, part):
        client.shutdown(socket.SHUT_WR)
    assert b'"required"' in received(whole)
    assert b'"body_incomplete"' in received(part)


@pytest.mark.parametrize("before", [b"", b"GET /static/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"])
def test_a_length_of_thousands_of_digits_is_refused_without_a_traceback(site: Site, before: bytes) -> None:
    written = site.log.stat().st_size
    answer = received(connect(site, before + POST + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n"))
    assert answer.count(b"HTTP/1.1 400 ") == 1
    assert answer.endswith(b"Invalid Content-Length value")
    assert answer.count(b"HTTP/1.1 404 ") == (1 if before else 0)
    assert "Traceback" not in site.log.read_text()[written:]


def test_a_web_socket_is_refused_without_a_traceback(tmp_path: Path) -> None:
    handshake = (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with running_site(tmp_path) as site:
        assert received(connect(site, handshake)).startswith(b"HTTP/1.1 403 ")
        assert requests.head(site.url, timeout=30).status_code == 200
        assert "WARNING" not in site.log.read_text()
        assert "Traceback" not in site.log.read_text()


def memory_mb(site: Site) -> float:
    """What the site's only worker holds."""
    (worker,) = workers(site)
    return memory_bytes("VmRSS", worker) / 1e6


FILE = b"GET /static/rest_framework/css/bootstrap.min.css.map HTTP/1.1\r\nHost: localhost\r\n\r\n"
"""Four hundred kilobytes."""


def without_reading(site: Site, sent: bytes) -> socket.socket:
    """A client with little room for what it receives."""
    client = socket.socket()
    clients.append(client)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.connect(("127.0.0.1", int(site.url.rpartition(":")[2])))
    client.sendall(sent)
    return client


def test_answers_that_nobody_reads_are_given_up(site: Site) -> None:
    """The kernel gives up after 20 seconds, and asks the client a few times before."""
    client = without_reading(site, FILE * 20)
    time.sleep(30)
    with pytest.raises(ConnectionResetError):
        received(client)


def test_memory_for_unread_answers_is_limited(tmp_path: Path) -> None:
    with running_site(tmp_path, WEB_CONCURRENCY="1") as site:
        for _ in range(MAX_UNSENT + 10):
            without_reading(site, FILE * 20)
            time.sleep(0.05)
        was_reset = select.poll()
        for client in clients:
            was_reset.register(client, select.POLLHUP)
        deadline = time.monotonic() + 15
        while len(was_reset.poll(0)) < 10 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(was_reset.poll(0)) == 10
        for client in clients:
            client.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_requests_that_are_sent_without_a_pause_do_not_fill_the_memory(tmp_path: Path, method: str) -> None:
    """Each of gunicorn's responses let in more of them: these clients took 700 MB in ten seconds."""
    requests_behind = f"{method} /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 400
    with running_site(tmp_path, WEB_CONCURRENCY="1") as site:
        wait_for_compiled_code(site)
        for _ in range(MAX_UNSENT):
            connect(site, requests_behind).setblocking(False)
        (worker,), before, deadline = workers(site), memory_mb(site), time.monotonic() + 10
        while time.monotonic() < deadline:
            for client in select.select([], clients, [], 0.1)[1]:
                with suppress(OSError):
                    client.send(requests_behind)
        assert memory_mb(site) - before < 60
        assert workers(site) == {worker}


def test_requests_behind_each_other_are_all_answered(site: Site) -> None:
    """More than the worker keeps, from a client that reads when it has sent all."""
    count = 2_000
    asked = b"GET /static/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /static/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    client = connect(site, b"")
    sender = threading.Thread(target=client.sendall, args=(asked * (count - 1) + last,))
    sender.start()
    assert received(client).count(b"HTTP/1.1 404 ") == count
    sender.join()


def test_the_oldest_idle_connection_gives_way(tmp_path: Path) -> None:
    with running_site(tmp_path, WEB_CONCURRENCY="1", GUNICORN_CMD_ARGS="--worker-connections 20") as site:
        idle = [connect(site, PARTS[0]) for _ in range(30)]
        assert get(site, "/api/health").status_code == 200
        for client in idle[:10]:
            with pytest.raises(ConnectionResetError):
                received(client)


def test_an_address_that_fills_a_worker_gives_way_to_others(tmp_path: Path) -> None:
    """All its connections are in the middle of a request. The one that another client keeps stays open."""
    with running_site(tmp_path, WEB_CONCURRENCY="1", GUNICORN_CMD_ARGS="--worker-connections 20") as site:
        other = connect(site, b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n", address="127.0.0.2")
        assert other.recv(65_536).startswith(b"HTTP/1.1 200")
        many = [connect(site, PARTS[1]) for _ in range(30)]
        time.sleep(0.5)
        third = connect(site, b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n", address="127.0.0.3")
        assert third.recv(65_536).startswith(b"HTTP/1.1 200")
        other.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert other.recv(65_536).startswith(b"HTTP/1.1 200")
        with pytest.raises(ConnectionResetError):
            received(many[-1])
        for client in many:
            client.close()


@pytest.mark.parametrize("proxies", ["", "127.0.0.1"])
def test_connections_of_a_proxy_count_as_before(tmp_path: Path, proxies: str) -> None:
    """Behind HTTPS without a named proxy, and for a named one, its idle connections give way."""
    with running_site(
        tmp_path,
        WEB_CONCURRENCY="1",
        GUNICORN_CMD_ARGS="--worker-connections 20",
        MNIST_SERVER_HTTPS="yes",
        MNIST_SERVER_PROXIES=proxies,
    ) as site:
        idle = connect(site, PARTS[0])
        busy = [connect(site, PARTS[1]) for _ in range(19)]
        time.sleep(0.5)
        assert get(site, "/api/health").status_code == 200
        with pytest.raises(ConnectionResetError):
            received(idle)
        assert not select.select(busy, [], [], 0)[0]
        for client in busy:
            client.close()


def test_connections_without_a_request_do_not_delay_a_stop(tmp_path: Path) -> None:
    with running_site(tmp_path, WEB_CONCURRENCY="1") as site:
        left = [connect(site, PARTS[1]) for _ in range(18)]
        for client in left:
            client.close()  # In the middle of a body.
        kept = connect(site, b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert kept.recv(12) == b"HTTP/1.1 200"
        started = time.monotonic()
    assert time.monotonic() - started < 10


# The handler alone, with shorter times.


class Client:
    """What a server hands the application for one request, and what it gets back."""

    def __init__(
        self, target: str = "/", *, body: Sequence[bytes] = (), address: str = "192.0.2.1", **headers: str
    ) -> None:
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST" if body else "GET",
            "path": target,
            "query_string": b"",
            "client": (address, 50_000),
            "headers": [(b"host", b"localhost"), *given],
        }
        self.parts = [*body]
        self.sent: list[dict[str, Any]] = []
        self.is_gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        """The next part of the body; after the last one, the client's leaving."""
        if self.parts:
            await asyncio.sleep(0.1)
            return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts)}
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    async def ask(self, application: Handler) -> "Client":
        if not self.parts:
            self.parts = [b""]
        await application(self.scope, self.receive, self.send)
        return self


free = threading.Event()


def held(request: HttpRequest) -> HttpResponse:
    """Answers when the test lets it."""
    assert free.wait(20)
    return HttpResponse(request.body)


def body(request: HttpRequest) -> HttpResponse:
    try:
        return HttpResponse(request.body)
    except UnreadablePostError:
        return HttpResponse(status=400)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(b"part" for _ in range(1_000_000))


urlpatterns = [
    path("held", held),
    path("stream", stream),
    path("body", body),
]


@pytest.fixture
def application(settings: Settings) -> Iterator[Handler]:
    settings.ROOT_URLCONF, settings.MIDDLEWARE, settings.FAST_PATH = __name__, [], ""
    free.clear()
    yield Handler()
    free.set()


def test_a_slow_body_has_a_deadline(application: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "BODY_TIMEOUT_S", 0.5)
    monkeypatch.setattr(handler, "UNWANTED_BODY_TIMEOUT_S", 0.5)
    slow = Client("/body", body=[b"a"] * 50, content_length="50")
    started = time.monotonic()
    asyncio.run(slow.ask(application))
    assert slow.status == 400
    assert time.monotonic() - started < 3


def test_the_memory_for_large_bodies_is_used_again(
    application: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "LARGE_BODIES_BYTES", 1)
    monkeypatch.setattr(handler, "LARGE_BODY_TIMEOUT_S", 0.2)
    with_room_for_two = Handler()

    async def one_after_another() -> list[int]:
        clients = [Client("/body", body=[b"a" * 70_000], content_length="70000") for _ in range(4)]
        return [(await client.ask(with_room_for_two)).status for client in clients]

    assert asyncio.run(one_after_another()) == [200] * 4


@pytest.mark.parametrize(("limit", "statuses"), [(1_000, (200, 503)), (0, (503, 503))])
def test_one_address_does_not_hold_all_the_memory_for_large_bodies(
    application: Handler,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    statuses: tuple[int, int],
) -> None:
    """Another address is served, and the same one refused; both are refused on a site without limits."""
    monkeypatch.setattr("mnistsite.rate_limits.limiter", RateLimiter())
    monkeypatch.setattr(handler, "LARGE_BODY_TIMEOUT_S", 0.5)
    settings.RATE_LIMIT = limit

    def large(address: str, parts: int) -> Client:
        body = [b"a" * (70_000 // parts)] * parts
        return Client("/body", body=body, address=address, content_length="70000")

    async def crowd() -> tuple[int, int]:
        slow = [asyncio.create_task(large("192.0.2.1", 100).ask(application)) for _ in range(100)]
        await asyncio.sleep(0.2)
        clients = [large("192.0.2.2", 2), large("192.0.2.1", 2)]
        other, same = await asyncio.gather(*(client.ask(application) for client in clients))
        for task in slow:
            task.cancel()
        return other.status, same.status

    assert asyncio.run(crowd()) == statuses


def test_further_requests_are_refused_at_once(application: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crowd() -> tuple[list[Client], list[Client]]:
        most = handler.THREADS + handler.MAX_QUEUED
        waiting = [asyncio.create_task(Client("/held").ask(application)) for _ in range(most)]
        await asyncio.sleep(0.5)
        refused = [await Client("/held").ask(application) for _ in range(3)]
        free.set()
        return await asyncio.gather(*waiting), refused

    answered, refused = asyncio.run(crowd())
    assert {client.status for client in answered} == {200}
    assert {client.status for client in refused} == {503}
    assert (b"Retry-After", b"1") in refused[0].sent[0]["headers"]


def test_a_request_that_waited_too_long_is_refused(
    application: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "QUEUE_TIMEOUT_S", 0.2)

    async def crowd() -> list[Client]:
        waiting = [asyncio.create_task(Client("/held").ask(application)) for _ in range(handler.THREADS + 1)]
        await asyncio.sleep(0.5)
        free.set()
        return await asyncio.gather(*waiting)

    assert [client.status for client in asyncio.run(crowd())] == [200] * handler.THREADS + [503]


def test_a_heavy_user_does_not_delay_the_others(
    application: Handler, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a few requests at once, or a quarter of the limit used, and one thread must do."""
    monkeypatch.setattr("mnistsite.rate_limits.limiter", RateLimiter())
    settings.RATE_LIMIT = 1_000

    async def crowd() -> tuple[list[Client], Client, Client]:
        heavy = [asyncio.create_task(Client("/held").ask(application)) for _ in range(18)]
        spend("address 192.0.2.2", 1_000, 500)
        heavy += [asyncio.create_task(Client("/held", address="192.0.2.2").ask(application))]
        await asyncio.sleep(0.3)
        other = await Client("/body", address="192.0.2.3").ask(application)
        refused = await Client("/held").ask(application)
        free.set()
        return await asyncio.gather(*heavy), other, refused

    heavy, other, refused = asyncio.run(crowd())
    assert (other.status, refused.status) == (200, 503)
    assert {client.status for client in heavy} == {200}


def test_an_address_that_has_used_its_limit_waits_for_its_refusal_without_a_thread(
    application: Handler, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnistsite.rate_limits.limiter", RateLimiter())
    monkeypatch.setattr(handler, "REFUSAL_DELAY_S", 0.5)
    settings.RATE_LIMIT = 10

    async def crowd() -> list[Client]:
        spend("address 192.0.2.1", 10, 10)
        return await asyncio.gather(*(Client("/api/held").ask(application) for _ in range(100)))

    started = time.monotonic()
    refused = asyncio.run(crowd())
    assert 0.5 <= time.monotonic() - started < 5
    assert {client.status for client in refused} == {429}
    assert json.loads(refused[0].sent[1]["body"])["code"] == "too_many_requests"


def test_few_streams_at_once_and_none_for_a_client_that_left(
    application: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server takes what is sent to a client that has left, so the application must look for itself."""

    async def crowd() -> tuple[list[Client], Client]:
        clients = [Client("/stream") for _ in range(handler.STREAMS)]
        streams = [asyncio.create_task(client.ask(application)) for client in clients]
        await asyncio.sleep(0.3)
        refused = await Client("/stream").ask(application)
        for client in clients:
            client.is_gone.set()
        ends = await asyncio.gather(*streams, return_exceptions=True)
        assert [type(end) for end in ends] == [ConnectionAbortedError] * handler.STREAMS
        return clients, refused

    clients, refused = asyncio.run(crowd())
    assert refused.status == 503
    assert all(1 < len(client.sent) < 1_000_000 for client in clients)


def test_head_makes_no_part_of_a_stream(application: Handler) -> None:
    client = Client("/stream")
    client.scope["method"] = "HEAD"
    asyncio.run(client.ask(application))
    assert client.status == 200
    assert [message.get("body") for message in client.sent] == [None, b""]


def test_a_stream_that_is_not_read_is_given_up(application: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "WRITE_TIMEOUT_S", 0.3)

    async def never(message: dict[str, Any]) -> None:
        await asyncio.sleep(60)

    client = Client("/stream")
    client.send = never  # type: ignore[method-assign]
    with pytest.raises(TimeoutError):
        asyncio.run(client.ask(application))
