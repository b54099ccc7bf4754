"""Clients that draw at once, and remember what each of them was told."""

import itertools
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import requests

from testbed.drawings import data_url, encoded, on_canvas

CLIENTS = 12
CLIENT_TIMEOUT_S = 60
THINK_S, SLOW_THINK_S = 0.01, 1.0
"""What a client does between two drawings; slowly, while the machine needs its power to start nodes again."""
PAUSE_S = 0.2
"""After a refusal, or with the server gone: a client that hammers would only make room for nobody."""


@dataclass(frozen=True)
class Sent:
    """A request, and what became of it."""

    content: bytes
    status: int | None
    """None where no answer came."""
    answer_s: float
    record_id: str = ""
    queued: bool = False


@dataclass
class Load:
    """A number of recognitions by concurrent clients, each drawing another picture, byte by byte."""

    url: str
    drawings: list[bytes]
    sent: list[Sent] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _think_s: float = THINK_S
    _stopped: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """Clients draw for as long as the block lasts."""
        self._stopped.clear()
        clients = [threading.Thread(target=self._draw_until_stopped) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            yield self
        finally:
            self._stopped.set()
            for client in clients:
                client.join()

    @contextmanager
    def slowed(self) -> Iterator[None]:
        """Clients go on, and take their time."""
        self._think_s = SLOW_THINK_S
        try:
            yield
        finally:
            self._think_s = THINK_S

    def wait_for(self, count: int, *, timeout_s: float = 300) -> None:
        """Return when so many more requests have an end."""
        goal, deadline = len(self.sent) + count, time.monotonic() + timeout_s
        while len(self.sent) < goal:
            assert time.monotonic() < deadline, f"{goal - len(self.sent)} requests are still missing"
            time.sleep(0.02)

    def wait_for_status(self, status: int, *, count: int, timeout_s: float = 300) -> None:
        """Return when so many requests were answered with a status."""
        deadline = time.monotonic() + timeout_s
        while sum(sent.status == status for sent in self.sent) < count:
            assert time.monotonic() < deadline, f"No {count} answers of {status}"
            time.sleep(0.1)

    @property
    def acknowledged(self) -> dict[str, bytes]:
        """Ids that the site answered with, and what was drawn."""
        return {sent.record_id: sent.content for sent in self.sent if sent.status == 200}

    @property
    def longest_answer_s(self) -> float:
        return max(sent.answer_s for sent in self.sent if sent.status is not None)

    def _draw_until_stopped(self) -> None:
        with requests.Session() as session:
            while not self._stopped.is_set():
                number = next(self._numbers)
                sent = self._draw(session, marked(self.drawings[number % len(self.drawings)], number))
                self.sent.append(sent)
                self._stopped.wait(self._think_s if sent.status == 200 else max(self._think_s, PAUSE_S))

    def _draw(self, session: requests.Session, content: bytes) -> Sent:
        started = time.monotonic()
        try:
            answer = session.post(
                f"{self.url}/api/v1/identify", json={"data": data_url(content)}, timeout=CLIENT_TIMEOUT_S
            )
        except requests.RequestException:  # Also where the answer breaks off in its middle.
            return Sent(content, None, time.monotonic() - started)
        took_s = time.monotonic() - started
        if answer.status_code != 200:
            return Sent(content, answer.status_code, took_s)
        body = answer.json()
        assert body["stored"] is not body["queued"]
        return Sent(content, 200, took_s, body["id"], body["queued"])


def pictures(images: np.ndarray) -> list[bytes]:
    """Digits as PNGs of a canvas."""
    return [encoded(on_canvas(image)) for image in images]


def marked(png: bytes, number: int) -> bytes:
    """The same picture as another file: a PNG with a number in a text of its own."""
    text = b"Comment\x00%d" % number
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
    return png[:-12] + chunk + png[-12:]
