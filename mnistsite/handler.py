"""Django behind an event loop: the loop receives whole requests, and a few threads answer them.

So a client that sends or reads slowly occupies no thread. Django's own ASGI handler starts a thread, and with
it a database connection, for each request, and collects a streamed response in memory before it sends it.
Protocol: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

import asyncio
import io
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import cache
from typing import IO, Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix
from django.utils.module_loading import import_string

from mnistsite.errors import is_of_api, server_error
from mnistsite.middleware import OF_HEADERS, within_middlewares
from mnistsite.rate_limits import COUNTED, address_behind, count, tell_allowance_of, used_share
from mnistsite.refusals import BUSY, TOO_MANY_REQUESTS, Refusal, refusal_handler

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Result = TypeVar("Result")

THREADS, MAX_QUEUED = 16, 64
"""Threads that answer requests, and requests that may wait for one. Further ones are refused at once."""

HEAVY_SHARE, HEAVY_REQUESTS = 0.25, 2
"""An address that has used this much of its rate limit, or asks for more at once, counts as a heavy user."""

HEAVY_THREADS, MAX_HEAVY_QUEUED = 1, 16
"""The same for heavy users, so that the others need not wait for them."""

REFUSAL_DELAY_S = 1.0
"""How long a client that has used all of its rate limit waits for its refusal, even if a thread has made that
(for a browser, an account or a static file). Waiting occupies a connection, but no thread, and slows down a
client that tries again at once."""

QUEUE_TIMEOUT_S = 10.0
"""A request that has waited longer for a thread is refused: its client has probably given up."""

BODY_TIMEOUT_S = 30.0
"""Time in which a client must send the whole body."""

SMALL_BODY_BYTES = 65_536
"""Bodies up to this size are received without limit of their number, which connections limit already."""

LARGE_BODIES_BYTES = 64_000_000
"""Memory for larger bodies."""

LARGE_BODIES_SHARE = 0.25
"""The part of that memory which one address may hold."""

LARGE_BODY_TIMEOUT_S = 5.0
"""How long a request waits for a part of that memory before it is refused."""

UNWANTED_BODY_TIMEOUT_S = 5.0
"""How long a refused body is received and discarded. A connection closed before would be reset, and the
client could not read the refusal."""

MAX_JOINED_BYTES = 1_000_000
"""Files up to this size are sent from memory, so that a client that reads slowly occupies no thread."""

STREAMS = 4
"""Streamed responses, such as exports, at once. Each occupies a thread."""

WRITE_TIMEOUT_S = 20.0
"""How long a client may leave a part of a streamed response unread."""


class FastPath(Protocol):
    """Answers some requests in the event loop. An app provides it: settings.FAST_PATH."""

    @property
    def is_full(self) -> bool:
        """Whether further requests have to be refused."""
        ...

    async def respond(self, scope: Message, body: bytes) -> list[Message] | None:
        """All messages of the response, or None for a request that Django has to answer."""
        ...


class IncompleteBody(io.BytesIO):
    """A body that was not received to its end."""

    def read(self, size: int | None = -1) -> bytes:
        """Always raises OSError, from which Django makes an UnreadablePostError."""
        raise OSError("The body is incomplete.")


class Body:
    """A request's body, while it is received."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self._is_received = False

    async def read(self) -> io.BytesIO:
        """All of it, in memory; an IncompleteBody if the client is too slow, or leaves."""
        content = io.BytesIO()
        with suppress(TimeoutError):
            async with asyncio.timeout(BODY_TIMEOUT_S):
                while not self._is_received:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        break
                    content.write(message.get("body", b""))
                    self._is_received = not message.get("more_body", False)
        content.seek(0)
        return content if self._is_received else IncompleteBody()

    async def discard(self) -> None:
        """Receive what is left of it, for a while."""
        if self._is_received:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(UNWANTED_BODY_TIMEOUT_S):
                while not self._is_received:
                    message = await self.receive()
                    self._is_received = not message.get("more_body", False)


class Handler(BaseHandler):
    """The ASGI application."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()
        self._usual = Lane("request", threads=THREADS, queued=MAX_QUEUED)
        self._heavy = Lane("heavy", threads=HEAVY_THREADS, queued=MAX_HEAVY_QUEUED)
        self._in_progress: Counter[str] = Counter()  # Requests, by address.
        self._streams = Lane("stream", threads=STREAMS, queued=0)
        name = settings.FAST_PATH
        self._fast_path_class: type[FastPath] | None = import_string(name) if name else None
        self._fast_path: FastPath | None = None
        places = max(2, LARGE_BODIES_BYTES // settings.MAX_BODY_BYTES)
        self._large_bodies = asyncio.Semaphore(places)
        self._large_bodies_each = max(1, int(places * LARGE_BODIES_SHARE))
        self._large_bodies_of: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":  # A WebSocket: the server answers its handshake with 403.
            await send({"type": "websocket.close"})
            return
        address, body = address_of(scope), Body(receive)
        share = used_share(address)
        try:
            if share == 1 and not scope["path"].startswith(settings.STATIC_URL):
                await asyncio.sleep(REFUSAL_DELAY_S)
                await send_all(refusal_messages(scope, TOO_MANY_REQUESTS), send)
            else:
                await self._answer(scope, body, send, address=address, share=share)
        except LaneFull:
            await send_all(refusal_messages(scope, BUSY), send)
        await body.discard()

    async def _answer(self, scope: Message, body: Body, send: Send, *, address: str, share: float) -> None:
        """Receive a request's body, have a thread respond, and send the response. Raises LaneFull.

        share: how much of its rate limit the address has used.
        """
        headers = dict(scope["headers"])
        length = int(headers.get(b"content-length", 0))
        # The views refuse such a body from its headers alone.
        is_refused = length > settings.MAX_BODY_BYTES or b"transfer-encoding" in headers
        async with self._memory_for(0 if is_refused else length, address):
            content = IncompleteBody() if is_refused else await body.read()
            is_heavy = share >= HEAVY_SHARE or self._in_progress[address] >= HEAVY_REQUESTS
            lane = self._heavy if is_heavy and address and settings.RATE_LIMIT else self._usual
            self._in_progress[address] += 1
            try:
                response: list[Message] | HttpResponseBase | None = None
                if lane is self._usual:
                    response = await self._fast_response(scope, content)
                if response is None:
                    response = await lane.run(self._respond, scope, content, time.monotonic())
            finally:
                self._in_progress[address] -= 1
                if not self._in_progress[address]:
                    del self._in_progress[address]
        if isinstance(response, list):
            if response[0]["status"] == TOO_MANY_REQUESTS.status:
                await asyncio.sleep(REFUSAL_DELAY_S)
            await send_all(response, send)
            return
        try:
            await self._streams.run(stream, response, StreamWriter(body.receive, send))
        except LaneFull:
            response.close()
            raise

    async def _fast_response(self, scope: Message, body: io.BytesIO) -> "list[Message] | None":
        """The messages of a response that needs no thread. Raises LaneFull."""
        if self._fast_path_class is None or isinstance(body, IncompleteBody):
            return None
        if self._fast_path is None:  # Now there is a loop for it.
            self._fast_path = self._fast_path_class()
        if self._fast_path.is_full:
            raise LaneFull
        try:
            return await self._fast_path.respond(scope, body.getvalue())
        except Exception:
            # Django cannot answer it now: the drawing may be stored.
            logger.exception("The fast path could not answer %s", scope["path"])
            return whole(response_of(failure_handler(), scope, io.BytesIO()), scope)

    @asynccontextmanager
    async def _memory_for(self, length: int, address: str) -> AsyncIterator[None]:
        """Hold a part of the memory for large bodies, for a body of this length. Raises LaneFull."""
        if length <= SMALL_BODY_BYTES:
            yield
            return
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(LARGE_BODY_TIMEOUT_S):
                    if address and settings.RATE_LIMIT:
                        of_address = asyncio.Semaphore(self._large_bodies_each)
                        of_address = self._large_bodies_of.setdefault(address, of_address)
                        await held.enter_async_context(of_address)
                    await held.enter_async_context(self._large_bodies)
            except TimeoutError:
                raise LaneFull from None
            yield

    def _respond(
        self, scope: Message, body: IO[bytes], received: float
    ) -> "list[Message] | HttpResponseBase":
        """The response's messages, or a response that has to be streamed. Runs in a thread."""
        if time.monotonic() - received > QUEUE_TIMEOUT_S:
            return refusal_messages(scope, BUSY)
        set_script_prefix("/")
        signals.request_started.send(sender=type(self), scope=scope)
        response = response_of(self.get_response, scope, body)
        if COUNTED not in scope and response.status_code >= 300 and response.status_code != 304:
            count(address_of(scope))  # A redirect to HTTPS, for instance; not a static file.
        response._handler_class = type(self)  # type: ignore[attr-defined]  # noqa: SLF001 -- for request_finished
        if is_streamed(response) and scope["method"] != "HEAD":
            return response
        try:
            return whole(response, scope)
        finally:
            response.close()


class LaneFull(Exception):
    """As many requests wait as may."""


class Lane:
    """Threads that answer requests, and places for the requests that wait for one."""

    def __init__(self, name: str, *, threads: int, queued: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(threads + queued)

    async def run(self, call: Callable[..., Result], *arguments: Any) -> Result:
        """Call in a thread. Raises LaneFull."""
        if not self._places.acquire(blocking=False):
            raise LaneFull
        called = self._threads.submit(call, *arguments)
        called.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(called)


class StreamWriter:
    """Sends a response's parts from a thread, no faster than the client reads them."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        self._receive, self._send = receive, send
        self._disconnected: asyncio.Future[Message] | None = None

    def write(self, message: Message) -> None:
        """Raises TimeoutError or ConnectionAbortedError if the client does not read it."""
        written = asyncio.run_coroutine_threadsafe(self._write(message), self._loop)
        try:
            written.result(WRITE_TIMEOUT_S)
        except TimeoutError:
            written.cancel()
            raise

    async def _write(self, message: Message) -> None:
        # The server takes messages for a client that has left, and discards them.
        self._disconnected = self._disconnected or asyncio.ensure_future(self._receive())
        if self._disconnected.done():
            raise ConnectionAbortedError
        await self._send(message)


def stream(response: HttpResponseBase, writer: StreamWriter) -> None:
    """Send a response's parts as they are made. Runs in a thread."""
    try:
        writer.write(start_of(response))
        for part in response:
            writer.write({"type": "http.response.body", "body": part, "more_body": True})
        writer.write({"type": "http.response.body"})
    finally:
        response.close()


def address_of(scope: Message) -> str:
    """The client's address; empty if it is not known."""
    peer = (scope.get("client") or ("",))[0]
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return address_behind(peer, ",".join(forwarded))


def response_of(
    handler: Callable[[HttpRequest], HttpResponseBase], scope: Message, body: IO[bytes]
) -> HttpResponseBase:
    try:
        return handler(ASGIRequest(scope, body))
    except UnicodeDecodeError:
        return HttpResponseBadRequest()


def is_streamed(response: HttpResponseBase) -> bool:
    length = response.get("Content-Length")
    return response.streaming and (length is None or int(length) > MAX_JOINED_BYTES)


def start_of(response: HttpResponseBase) -> Message:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [cookie.output(header="").strip() for cookie in response.cookies.values()]
    headers += [(b"Set-Cookie", cookie.encode("ascii")) for cookie in cookies]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


def whole(response: HttpResponseBase, scope: Message) -> list[Message]:
    """All messages of a response; none of its content for HEAD."""
    content = b"" if scope["method"] == "HEAD" else b"".join(response)
    return [start_of(response), {"type": "http.response.body", "body": content}]


@cache
def failure_handler() -> Callable[[HttpRequest], HttpResponse]:
    """Answers as Django does if a view fails."""

    def fail(request: HttpRequest) -> HttpResponse:
        response = server_error(request)
        response.headers["Content-Length"] = str(len(response.content))
        return response

    return within_middlewares(fail, OF_HEADERS)


def refusal_messages(scope: Message, refusal: Refusal) -> list[Message]:
    """All messages of a refusal, which is made in the event loop."""
    response = response_of(refusal_handler(refusal), scope, io.BytesIO())
    response.headers["Content-Length"] = str(len(b"".join(response)))
    if is_of_api(scope["path"]):
        tell_allowance_of(address_of(scope), response)
    return whole(response, scope)


async def send_all(messages: list[Message], send: Send) -> None:
    for message in messages:
        await send(message)
