"""No picture within the limits of bytes and pixels costs more than some, whatever is on it.

A search over pictures that are made to be dear: hypothesis varies their shapes and contents, and goes on from
what took longest. benchmarks/hostile_pictures.py searches longer, and measures.
"""

import ctypes
import math
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from recognizer.decoding import decode
from recognizer.errors import BlankDrawing, SideTooLong
from recognizer.predictor import shared_predictor
from recognizer.preprocessing.ink import find_ink_in
from recognizer.reader import read
from testbed.hostile import CONTENTS, MAX_BYTES, MAX_PIXELS, MAX_SIDE, MODES, Hostile, draw, encode

MEMORY_BYTES = 100_000_000
BYTES_PER_PIXEL = 4
"""What Pillow takes for a pixel of most pictures, at most."""

SECONDS = 1.0
"""Of processor time, three times the limit: other processes slow a machine down. Without a bound on the work,
these pictures take many seconds. benchmarks/hostile_pictures.py holds the limit itself."""


@st.composite
def hostile_pictures(choose: st.DrawFn) -> Hostile:
    pixels = MAX_PIXELS if choose(st.booleans()) else choose(st.integers(1, MAX_PIXELS))
    # From a square to a ribbon, as many of each form.
    aspect = 2 ** choose(st.floats(0, 14))
    width = min(MAX_SIDE, math.ceil((pixels * aspect) ** 0.5))
    return Hostile(
        content=choose(st.sampled_from(sorted(CONTENTS))),
        width=width,
        height=max(1, pixels // width),
        step=choose(st.integers(1, 300)),
        thickness=choose(st.integers(1, 200)),
        repeats=choose(st.integers(1, 60)),
        mode=choose(st.sampled_from(sorted(MODES))),
        noise=choose(st.sampled_from([0, 8, 40, 90])),
        is_portrait=choose(st.booleans()),
    )


@contextmanager
def address_space(more: int) -> Iterator[None]:
    """Let the process take so many bytes more than it has: beyond them is a MemoryError, or the end."""
    ctypes.CDLL(None).malloc_trim(0)  # What earlier pictures left must not serve this one.
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def seconds_to_read(content: bytes, pixels: int) -> float:
    """Processor time of all threads, from the file to the answer, with its memory bounded."""
    predictor = shared_predictor()
    with address_space(MEMORY_BYTES + BYTES_PER_PIXEL * pixels):
        started = time.process_time()
        with suppress(BlankDrawing):
            assert read(find_ink_in(decode(content, max_pixels=MAX_PIXELS).image), predictor.classify)
        return time.process_time() - started


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """The network has read something, so that nothing is loaded or made while memory is bounded."""
    ink = np.zeros((28, 280), np.uint8)
    ink[4:24, 4:270:14] = 255
    assert read(ink, shared_predictor().classify)


@given(hostile_pictures())
@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_no_picture_costs_much(hostile: Hostile) -> None:
    grey = draw(hostile)
    content = encode(grey, hostile.mode)
    if len(content) > MAX_BYTES:
        return
    seconds = seconds_to_read(content, grey.size)
    target(seconds)
    assert seconds < SECONDS, hostile


DEAR = (
    Hostile("comb", 16_384, 2, 8, 8, 1, "grey", 0, is_portrait=False),
    Hostile("comb", 16_384, 48, 8, 8, 1, "black and white", 0, is_portrait=False),
    Hostile("comb", 16_384, 1, 1, 1, 1, "transparent", 0, is_portrait=False),
    Hostile("lines", 16_384, 2, 1, 1, 1, "grey", 0, is_portrait=False),
    Hostile("lines", 16_384, 256, 10, 1, 1, "transparent", 0, is_portrait=False),
    Hostile("rings", 2048, 2048, 26, 26, 39, "grey", 0, is_portrait=False),
    Hostile("corners", 2048, 2048, 20, 20, 39, "grey", 0, is_portrait=False),
    Hostile("combs", 2048, 2048, 60, 30, 38, "grey", 0, is_portrait=False),
    Hostile("specks", 2048, 2048, 110, 8, 1, "grey", 0, is_portrait=False),
    Hostile("bars", 2048, 2048, 1, 1, 39, "grey", 0, is_portrait=False),
    Hostile("checkers", 2048, 2048, 1, 1, 1, "grey", 0, is_portrait=False),
    Hostile("bars", 2048, 2048, 1, 1, 12, "in blue alone", 0, is_portrait=False),
)
"""One or more for each bound: without it, these take longest."""


@pytest.mark.parametrize(
    "hostile", DEAR, ids=lambda hostile: f"{hostile.content} {hostile.width}x{hostile.height}"
)
@pytest.mark.parametrize("is_portrait", [False, True], ids=["landscape", "portrait"])
def test_the_dearest_pictures_cost_no_more_than_the_others(hostile: Hostile, is_portrait: bool) -> None:
    grey = draw(hostile._replace(is_portrait=is_portrait))
    content = encode(grey, hostile.mode)
    assert len(content) <= MAX_BYTES
    assert seconds_to_read(content, grey.size) < SECONDS


@pytest.mark.parametrize("shape", [(2, 40_000), (48, 87_000), (2, 2_000_000), (1, 4_194_304)])
def test_a_ribbon_is_refused(shape: tuple[int, int]) -> None:
    for turned in (shape, shape[::-1]):
        with pytest.raises(SideTooLong, match="16,384 pixels"):
            decode(encode(np.zeros(turned, np.uint8), "grey"), max_pixels=MAX_PIXELS)
    longest = encode(np.zeros((1, MAX_SIDE), np.uint8), "grey")
    assert decode(longest, max_pixels=MAX_PIXELS).image.size == (MAX_SIDE, 1)
