"""gunicorn's configuration. `GUNICORN_CMD_ARGS` overrides everything except `preload_app`."""

import ctypes
import resource
from contextlib import suppress
from pathlib import Path
from typing import Any

from mnistsite import rate_limiter, settings  # noqa: F401 -- the workers share the memory of rate_limiter

bind = f"{settings.ADDRESS}:{settings.PORT}"
workers = settings.WORKERS
worker_class = "mnistsite.worker.Worker"
asgi_lifespan = "off"
# Not uvloop, even where it is installed: it costs little less, and of 256 connections some wait for seconds.
asgi_loop = "asyncio"
# Per worker. Beyond it, one of the address with the most gives way, if possible one that waits for a request.
worker_connections = 2_000
timeout = 60
keepalive = 15
# A heartbeat file on a slow disk can make a healthy worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
# By default gunicorn trusts the scheme headers of every connection from this machine, and so of every client
# of a local proxy. Here only Django trusts them, and only with MNIST_SERVER_HTTPS.
secure_scheme_headers: dict[str, str] = {}


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Of glibc's malloc.h."""

ARENAS, LARGE_BLOCK_BYTES, KEPT_BYTES = 2, 1 << 20, 1 << 23


def on_starting(server: Any) -> None:
    """Set what the workers inherit. Refuses `--preload`: each must load MXNet after the fork."""
    if server.cfg.preload_app:
        raise RuntimeError("The site cannot be preloaded: MXNet does not survive a fork.")
    share_freed_memory()
    allow_files(server.cfg.worker_connections + 1_000)  # The rest for databases, files and libraries.


def share_freed_memory() -> None:
    """Let threads use the memory that others have freed, and give large blocks back to the system.

    A little is kept: to take it from the system for each drawing would cost half as much as to inflate it.

    By default each thread keeps freed memory for itself, and large pictures leave holes, so a worker's memory
    grows for a long time (benchmarks/memory_growth.py). A C library other than glibc ignores this, or has no
    such function.
    """
    with suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_ARENA_MAX, ARENAS)
        mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)


def allow_files(count: int) -> None:
    """Raise the limit of open files to this, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
