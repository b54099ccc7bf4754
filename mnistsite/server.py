"""gunicorn's configuration. `GUNICORN_CMD_ARGS` overrides any of it."""

from pathlib import Path

from mnistsite import env

address = env.text("MNIST_SERVER_ADDRESS", "127.0.0.1")
port = env.integer("MNIST_SERVER_PORT", 8888, at_least=1, at_most=65535)
bind = f"{address}:{port}"
workers = env.integer("WEB_CONCURRENCY", 2, at_least=1)
# MXNet and the history are opened in each worker after the fork, so nothing may be loaded before it.
preload_app = False
# The threads of this worker class live on from request to request: one that waits for the inference thread
# or for the disk leaves the others free.
worker_class = "gthread"
threads = 16
timeout = 60
keepalive = 15
# A heartbeat file on a slow disk can make a healthy worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
