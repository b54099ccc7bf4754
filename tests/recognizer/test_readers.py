"""How many drawings a process decodes at once, whatever number of requests it has."""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from recognizer.errors import Busy
from recognizer.preprocessing.ink import ink_of
from recognizer.services import read_drawing
from testbed.drawings import encoded, on_canvas
from tests.conftest import Digits

TIMEOUT_S = 60
"""The first of all loads the network."""


@pytest.fixture
def decoding(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Each thread that begins to decode puts an event here, and goes on when that is set.

    The decoder is the real one, but held up: no file takes it a time that a test can choose.
    """
    begun: queue.Queue[threading.Event] = queue.Queue()

    def held_up(content: bytes, *, max_pixels: int) -> Any:
        go_on = threading.Event()
        begun.put(go_on)
        assert go_on.wait(TIMEOUT_S)
        return ink_of(content, max_pixels=max_pixels)

    monkeypatch.setattr("recognizer.services.ink_of", held_up)
    return begun


@pytest.mark.parametrize("content_is_read", [True, False])
def test_four_drawings_are_decoded_at_once_and_each_that_ends_lets_one_in(
    decoding: "queue.Queue[threading.Event]", test_digits: Digits, content_is_read: bool
) -> None:
    content = encoded(on_canvas(test_digits.images[0])) if content_is_read else b"no picture"
    with ThreadPoolExecutor(8) as threads:
        readings = [threads.submit(read_drawing, content) for _ in range(8)]
        inside = [decoding.get(timeout=TIMEOUT_S) for _ in range(4)]
        for _ in range(4):
            with pytest.raises(queue.Empty):  # A fifth would be here within a millisecond.
                decoding.get(timeout=0.05)
            inside.pop(0).set()
            inside.append(decoding.get(timeout=TIMEOUT_S))
        for go_on in inside:
            go_on.set()
        assert [reading.exception() is None for reading in readings] == [content_is_read] * 8


def test_a_drawing_waits_for_the_others_until_its_deadline(
    decoding: "queue.Queue[threading.Event]", test_digits: Digits
) -> None:
    content = encoded(on_canvas(test_digits.images[0]))
    with ThreadPoolExecutor(4) as threads:
        readings = [threads.submit(read_drawing, content) for _ in range(4)]
        inside = [decoding.get(timeout=TIMEOUT_S) for _ in range(4)]
        started = time.monotonic()
        with pytest.raises(Busy):
            read_drawing(content, deadline=started + 0.5)
        assert time.monotonic() - started < 5
        for go_on in inside:
            go_on.set()
        assert [reading.result().predict for reading in readings] == [7] * 4
