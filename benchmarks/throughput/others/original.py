"""The original's recipe, in the packages of original.txt: Flask, and MXNet from the PNG to the digit.

Under gunicorn with a sync worker. If DATABASE names a file, each drawing is durable before its answer.
"""

import base64
import os
import sqlite3

import mxnet as mx
from flask import Flask, request
from mxnet.gluon import nn

network = nn.HybridSequential()
network.add(
    nn.Conv2D(20, kernel_size=5, activation="tanh"),
    nn.MaxPool2D(pool_size=2, strides=2),
    nn.Conv2D(50, kernel_size=5, activation="tanh"),
    nn.MaxPool2D(pool_size=2, strides=2),
    nn.Flatten(),
    nn.Dense(500, activation="tanh"),
    nn.Dense(10),
)
network.load_parameters(os.environ["PARAMETERS"])

database = sqlite3.connect(path) if (path := os.environ.get("DATABASE")) else None
if database:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS drawing (id INTEGER PRIMARY KEY, content BLOB, digit INT)")


def identify() -> dict[str, int]:
    """The digit in a drawing of dark ink on white."""
    content = base64.b64decode(request.get_json()["data"].partition(",")[2])
    picture = mx.image.imdecode(content)  # (280, 280, 3)
    ink = 255 - picture[:, :, :1].astype("float32")
    small = mx.image.imresize(ink, 28, 28) / 255
    logits = network(small.reshape((1, 1, 28, 28)))
    digit = int(logits.argmax(axis=1).asscalar())
    if database:
        with database:
            database.execute("INSERT INTO drawing (content, digit) VALUES (?, ?)", (content, digit))
    return {"predict": digit}


application = Flask(__name__)
application.add_url_rule("/api/mnist/identify", view_func=identify, methods=["POST"])
