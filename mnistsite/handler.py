"""Django behind an event loop: the loop receives whole requests, and a few threads answer them.

So a client that sends or reads slowly occupies no thread. Django's own ASGI handler starts a thread, and with
it a database connection, for each request, and collects a streamed response in memory before it sends it.
Protocol: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

import asyncio
import io
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

THREADS = 16
MAX_QUEUED = 64
"""Received requests that may wait for a thread; further ones are refused at once."""

QUEUE_TIMEOUT_S = 10.0
"""A request that has waited longer for a thread is refused: its client has probably given up."""

BODY_TIMEOUT_S = 30.0
"""Time in which a client must send the whole body."""

SMALL_BODY_BYTES = 65_536
"""Bodies up to this size are received without limit of their number, which connections limit already."""

LARGE_BODIES_BYTES = 64_000_000
"""Memory for larger bodies."""

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


class IncompleteBody(io.BytesIO):
    """A body that was not received to its end."""

    def read(self, size: int | None = -1) -> bytes:
        """Always raises OSError, from which Django makes an UnreadablePostError."""
        raise OSError("The body is incomplete.")


class Handler(BaseHandler):
    """The ASGI application."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        self._places = threading.BoundedSemaphore(THREADS + MAX_QUEUED)
        self._large_bodies = asyncio.Semaphore(max(2, LARGE_BODIES_BYTES // settings.MAX_BODY_BYTES))
        self._streams = threading.BoundedSemaphore(STREAMS)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":  # A WebSocket: the server answers its handshake with 403.
            await send({"type": "websocket.close"})
            return
        headers = dict(scope["headers"])
        length = int(headers.get(b"content-length", 0))
        if length > settings.MAX_BODY_BYTES or b"transfer-encoding" in headers:
            # The views refuse such a body from its headers alone.
            await self._answer(scope, IncompleteBody(), receive, send)
            await discard_body(receive)
        elif length <= SMALL_BODY_BYTES:
            await self._answer(scope, await receive_body(receive), receive, send)
        else:
            try:
                await asyncio.wait_for(self._large_bodies.acquire(), LARGE_BODY_TIMEOUT_S)
            except TimeoutError:
                await send_all(refusal(scope), send)
                await discard_body(receive)
                return
            try:
                await self._answer(scope, await receive_body(receive), receive, send)
            finally:
                self._large_bodies.release()

    async def _answer(self, scope: Message, body: IO[bytes], receive: Receive, send: Send) -> None:
        """Have a thread answer a request, and send the response."""
        if not self._places.acquire(blocking=False):
            await send_all(refusal(scope), send)
            return
        write = StreamWriter(receive, send).write
        messages = self._threads.submit(self._respond, scope, body, write, time.monotonic())
        messages.add_done_callback(lambda _: self._places.release())
        await send_all(await asyncio.wrap_future(messages), send)

    def _respond(
        self, scope: Message, body: IO[bytes], write: Callable[[Message], None], received: float
    ) -> list[Message]:
        """The response's messages; for a streamed one the last of them. Runs in a thread."""
        if time.monotonic() - received > QUEUE_TIMEOUT_S:
            return refusal(scope)
        set_script_prefix("/")
        signals.request_started.send(sender=type(self), scope=scope)
        try:
            response: HttpResponseBase = self.get_response(ASGIRequest(scope, body))
        except UnicodeDecodeError:
            response = HttpResponseBadRequest()
        response._handler_class = type(self)  # type: ignore[attr-defined]  # noqa: SLF001 -- for request_finished
        try:
            if not is_streamed(response):
                return whole(response, scope)
            if not self._streams.acquire(blocking=False):
                return refusal(scope)
            try:
                write(start_of(response))
                for part in response:
                    write({"type": "http.response.body", "body": part, "more_body": True})
            finally:
                self._streams.release()
            return [{"type": "http.response.body"}]
        finally:
            response.close()


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


async def receive_body(receive: Receive) -> IO[bytes]:
    """A request's body, in memory."""
    body, more = io.BytesIO(), True
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return IncompleteBody()
                body.write(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        return IncompleteBody()
    body.seek(0)
    return body


async def discard_body(receive: Receive) -> None:
    """Receive the rest of a body, for a while."""
    try:
        async with asyncio.timeout(UNWANTED_BODY_TIMEOUT_S):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        return


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


def refusal(scope: Message) -> list[Message]:
    """The 503 of a process that has too much to do, made without Django."""
    detail = "The site has too much to do. Please try again."
    response = HttpResponse(detail, content_type="text/plain")
    if scope["path"].startswith("/api/"):
        response = JsonResponse({"code": "busy", "detail": detail})
    response.status_code = 503
    response.headers["Retry-After"] = "1"
    return whole(response, scope)


async def send_all(messages: list[Message], send: Send) -> None:
    for message in messages:
        await send(message)
