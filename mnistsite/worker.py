# ruff: noqa: SLF001 -- gunicorn has no other way to limit these
"""gunicorn's ASGI worker, with limits for clients that do not send or do not read, and for their number.

gunicorn limits the time between two requests; `mnistsite.handler` that of a body and of a streamed response.
"""

import asyncio
import socket
import struct
from collections import Counter
from typing import Any, ClassVar

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

UNSENT_TIMEOUT_S = 20
"""How long a client may leave a response unread."""

MAX_UNSENT = 64
"""Connections whose clients may leave more unread than the kernel takes: up to the largest response each."""

MAX_UNWANTED_BYTES = 65_536
"""Received bytes of a body that the application has not asked for yet, or of requests behind the one that is
served. gunicorn would keep 256 kB."""


class Connection(ASGIProtocol):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection.

    It uses private attributes of gunicorn's; tests/security/test_clients.py fails if they change.
    """

    open: "ClassVar[dict[Connection, None]]" = {}
    """All of this process, the oldest first."""

    of_address: "ClassVar[Counter[str]]" = Counter()
    """Their numbers by address. Those from proxies and from unknown addresses count together."""

    unsent: "ClassVar[dict[Connection, None]]" = {}
    """Those whose clients read more slowly than the site writes, the slowest first."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux's.
        if option is not None:
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, option, UNSENT_TIMEOUT_S * 1000)
        self._max_buffer_size = MAX_UNWANTED_BYTES
        self._arm_keepalive_timer()  # For the headers of the first request, which gunicorn awaits for ever.
        from mnistsite.rate_limits import address_behind  # After the fork: it needs the settings.

        peer = transport.get_extra_info("peername")
        self.address = address_behind(peer[0], "") if isinstance(peer, tuple) else ""
        Connection.open[self] = None
        Connection.of_address[self.address] += 1
        if len(Connection.open) > self.worker.worker_connections:
            Connection.to_give_way()._reset()

    @staticmethod
    def to_give_way() -> "Connection":
        """Of the address with the most: the oldest without a request, or else the newest."""
        address, _ = Connection.of_address.most_common(1)[0]
        found = [connection for connection in Connection.open if connection.address == address]
        return next((one for one in found if one._current_request is None), found[-1])

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        Connection.unsent.pop(self, None)
        if self in Connection.open:
            del Connection.open[self]
            Connection.of_address[self.address] -= 1
            if not Connection.of_address[self.address]:
                del Connection.of_address[self.address]

    def eof_received(self) -> bool:
        """Not the end: a client may close its side after a request, and wait for the response."""
        self._keepalive = 0
        if self._body_receiver is not None and not self._body_receiver._complete:
            self._body_receiver.signal_disconnect()
        return self._current_request is not None

    def _feed_callback_parser(self, data: bytes) -> bool:
        """Parse what was received, and read on unless enough waits to be served."""
        try:
            is_open = bool(super()._feed_callback_parser(data))
        except ValueError:  # Of int(), for a Content-Length of thousands of digits.
            self._send_error_response(400, "Invalid Content-Length value")
            self._close_transport()
            is_open = False
        if is_open:
            self._resume_reading()
        return is_open

    def _resume_reading(self) -> None:
        """Not while enough waits. gunicorn calls this after each request, whatever waits behind it."""
        if not self._is_buffer_full():
            super()._resume_reading()

    async def _serve_http_request(self, *arguments: Any) -> bool:
        """Serve a request when the client has read the responses before it."""
        await self._flow_control.drain()
        return bool(await super()._serve_http_request(*arguments))

    def _close_transport(self) -> None:
        super()._close_transport()
        self.transport.close()  # gunicorn leaves it open if the client has reset the connection.

    def _reset(self) -> None:
        """Close the connection, and have the kernel forget what is not sent."""
        self._forget()
        reset = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        self.transport.abort()

    def pause_writing(self) -> None:
        Connection.unsent[self] = None
        if len(Connection.unsent) > MAX_UNSENT:
            next(iter(Connection.unsent))._reset()
        super().pause_writing()

    def resume_writing(self) -> None:
        Connection.unsent.pop(self, None)
        super().resume_writing()


class Worker(gasgi.ASGIWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves `Connection`s; gunicorn has no setting for that."""

    async def _serve(self) -> None:
        gasgi.ASGIProtocol = Connection
        await super()._serve()

    async def _shutdown(self) -> None:
        """Close the connections that have no request, for which gunicorn would wait until they time out."""
        for server in self.servers:
            server.close()
        for connection in list(Connection.open):
            if connection._current_request is None:
                connection.transport.close()
        await super()._shutdown()
