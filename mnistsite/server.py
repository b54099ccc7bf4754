"""gunicorn's configuration. `GUNICORN_CMD_ARGS` overrides everything except `preload_app`."""

import socket
import struct
from pathlib import Path
from typing import Any

from mnistsite import settings

bind = f"{settings.ADDRESS}:{settings.PORT}"
workers = settings.WORKERS
# This worker class reuses its threads for many requests. While one waits for the inference thread or for the
# disk, the others serve requests.
worker_class = "gthread"
threads = 16
timeout = 60
keepalive = 15
# A heartbeat file on a slow disk can make a healthy worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
# By default gunicorn trusts the scheme headers of every connection from this machine, and so of every client
# of a local proxy. Here only Django trusts them, and only with MNIST_SERVER_HTTPS.
secure_scheme_headers: dict[str, str] = {}

CLIENT_TIMEOUT_S = 20
"""How long a client may pause within a request, or leave a response unread."""


def on_starting(server: Any) -> None:
    """Refuse `--preload`: each worker must load MXNet and open the history after the fork."""
    if server.cfg.preload_app:
        raise RuntimeError("The site cannot be preloaded: MXNet does not survive a fork.")


def when_ready(server: Any) -> None:
    """Set time-outs for silent clients, each of which would otherwise occupy a thread for ever.

    On Linux every accepted connection inherits the options of its listener.
    """
    limit = struct.pack("ll", CLIENT_TIMEOUT_S, 0)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
