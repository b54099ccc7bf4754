"""How long the most expensive pictures take, within the default limits of bytes and pixels.

    .venv/bin/python -m benchmarks.hostile_pictures --seconds 300

Searches at random among the pictures of testbed/hostile.py, and prints those that took most processor time
after they were decoded. Exit status 1: one took more than LIMIT_MS.
"""

import argparse
import heapq
import os
import sys
import time
from contextlib import suppress

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

import numpy as np

from recognizer.decoding import decode
from recognizer.errors import BlankDrawing
from recognizer.predictor import Predictor, shared_predictor
from recognizer.preprocessing.ink import find_ink_in
from recognizer.reader import read
from testbed.hostile import CONTENTS, MAX_BYTES, MAX_PIXELS, MAX_SIDE, MODES, Hostile, draw, encode

LIMIT_MS = 300
SHOWN = 10


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=60, help="how long to search")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    predictor, random = shared_predictor(), np.random.default_rng(chosen.seed)
    tried: list[tuple[float, float, str]] = []
    milliseconds(encode(draw(any_picture(random)), "grey"), predictor)  # Loads the network.
    deadline = time.monotonic() + chosen.seconds
    while time.monotonic() < deadline:
        hostile = any_picture(random)
        content = encode(draw(hostile), hostile.mode)
        if len(content) <= MAX_BYTES:
            tried.append((*milliseconds(content, predictor), str(hostile)))
    print(f"{len(tried)} pictures. The dearest, in ms of one core:\n")
    print("| read | decoded | picture |\n|---|---|---|")
    dearest = heapq.nlargest(SHOWN, tried)
    for reading, decoding, hostile_text in dearest:
        print(f"| {reading:.0f} | {decoding:.0f} | {hostile_text} |")
    return int(dearest[0][0] > LIMIT_MS)


def any_picture(random: np.random.Generator) -> Hostile:
    pixels = int(MAX_PIXELS * random.choice((1.0, random.random())))
    width = min(MAX_SIDE, int((pixels * 2 ** random.uniform(0, 14)) ** 0.5) + 1)
    step, thickness, repeats = (int(np.exp(random.uniform(0, np.log(most)))) for most in (400, 200, 80))
    return Hostile(
        content=str(random.choice(list(CONTENTS))),
        width=width,
        height=max(1, pixels // width),
        step=step,
        thickness=thickness,
        repeats=repeats,
        mode=str(random.choice(list(MODES))),
        noise=int(random.choice((0, 0, 8, 40, 90))),
        is_portrait=bool(random.random() < 0.5),
    )


def milliseconds(content: bytes, predictor: Predictor) -> tuple[float, float]:
    """Processor time of all threads, to read a decoded picture, and to decode it."""
    started = time.process_time()
    image = decode(content, max_pixels=MAX_PIXELS).image
    decoded = time.process_time()
    with suppress(BlankDrawing):  # To find no ink costs time, too.
        read(find_ink_in(image), predictor.classify)
    return (time.process_time() - decoded) * 1000, (decoded - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
