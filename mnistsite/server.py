"""gunicorn's configuration. `GUNICORN_CMD_ARGS` overrides any of it but `preload_app`."""

import socket
import struct
from pathlib import Path
from typing import Any

from mnistsite import settings

bind = f"{settings.ADDRESS}:{settings.PORT}"
workers = settings.WORKERS
# The threads of this worker class live on from request to request: one that waits for the inference thread
# or for the disk leaves the others free.
worker_class = "gthread"
threads = 16
timeout = 60
keepalive = 15
# A heartbeat file on a slow disk can make a healthy worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
# By itself gunicorn takes anybody's word for HTTPS who connects from this machine, as every client of a proxy
# here does. Django takes it where MNIST_SERVER_HTTPS says that there is a proxy which gives it.
secure_scheme_headers: dict[str, str] = {}

CLIENT_TIMEOUT_S = 20
"""How long a client may stay silent in the middle of a request, or leave an answer unread."""


def on_starting(server: Any) -> None:
    """MXNet and the history are opened in each worker after the fork, so nothing may be loaded before it."""
    if server.cfg.preload_app:
        raise RuntimeError("The site cannot be preloaded: MXNet does not survive a fork.")


def when_ready(server: Any) -> None:
    """Give up on silent clients: this worker class would leave a thread to each for ever.

    Linux hands a listener's options on to every connection that it accepts.
    """
    limit = struct.pack("ll", CLIENT_TIMEOUT_S, 0)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
