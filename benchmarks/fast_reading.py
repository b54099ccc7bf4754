"""Compares the two ways from a drawing's bytes to the network's input, with compiled code and without.

    script/manage fetch_mnist
    .venv/bin/python -m benchmarks.fast_reading

Reads drawings of all kinds (testbed/readings.py), damaged pictures and pictures that are expensive to read
in both ways. Exit status 1: the ink, the boxes, the network's inputs or the errors differ. Then it prints
what each stage costs, for MNIST's digits on a canvas and for digits by pens, as medians of processor time.
"""

import argparse
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

import numpy as np
from django.conf import settings

from benchmarks.needs import explained
from management.training.datasets import drawings, mnist
from mnistsite.types import NON_DIGIT
from recognizer import compiled
from recognizer.decoding import decode
from recognizer.grey_png import read_grey_png
from recognizer.preprocessing.ink import find_ink, grey_levels, ink_of
from recognizer.preprocessing.normalization import normalize
from recognizer.segmentation.components import find_components
from testbed.damaged_pictures import damaged, valid_pictures
from testbed.hostile import CONTENTS, MODES, Hostile, draw, encode
from testbed.readings import KINDS, MAX_PIXELS, read, without_kernels
from testbed.readings import drawings as all_kinds

SHOWN = 10
TIMED = ("MNIST on a canvas", "pen on a canvas", "RGBA, filter 2", "grey, filter 2")


@explained()
def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("var/mnist"))
    parser.add_argument("--drawings", type=int, default=20_000)
    parser.add_argument("--damaged", type=int, default=5_000)
    parser.add_argument("--hostile", type=int, default=200)
    options = parser.parse_args()
    start = time.perf_counter()
    compiled.load(*settings.COMPILED_DIRS)
    if compiled.kernels is None:
        return 1
    print(f"The compiled code was loaded in {time.perf_counter() - start:.2f} s.")
    images = mnist.read(options.data, mnist.TRAINING).images
    pens = [each for each in drawings.read(drawings.PEN_DIGITS).drawings if each.label != NON_DIGIT]
    differ = compare(all_kinds(images, pens, count=options.drawings))
    differ += compare(damaged_pictures(options.damaged))
    differ += compare(hostile_pictures(options.hostile))
    for name in TIMED:
        timed = [content for kind, content in all_kinds(images, pens, count=len(KINDS) * 40) if kind == name]
        report(name, timed)
    return int(differ > 0)


def compare(files: Iterable[tuple[str, bytes]]) -> int:
    """How many are read differently. Prints the number of each kind, and how many take the short way."""
    counts, short, differ = Counter[str](), Counter[str](), Counter[str]()
    for kind, content in files:
        counts[kind] += 1
        short[kind] += read_grey_png(content, max_pixels=MAX_PIXELS) is not None
        with without_kernels():
            expected = read(content)
        differ[kind] += read(content) != expected
    print("\n| drawings | number | by the short way | different |\n|---|---|---|---|")
    for kind, count in counts.items():
        print(f"| {kind} | {count} | {short[kind]} | {differ[kind]} |")
    print(f"| all | {counts.total()} | {short.total()} | {differ.total()} |", flush=True)
    return differ.total()


def damaged_pictures(count: int) -> Iterator[tuple[str, bytes]]:
    valid = valid_pictures()
    for number in range(count):
        random = np.random.default_rng(number)
        yield "damaged", damaged(valid[number % len(valid)], random)


def hostile_pictures(count: int) -> Iterator[tuple[str, bytes]]:
    for number in range(count):
        random = np.random.default_rng(number)
        width, height = (int(np.exp(random.uniform(0, np.log(2048)))) for _ in range(2))
        step, thickness, repeats = (int(np.exp(random.uniform(0, np.log(most)))) for most in (400, 200, 80))
        content, mode = list(CONTENTS)[number % len(CONTENTS)], str(random.choice(list(MODES)))
        noise = int(random.choice((0, 0, 8)))
        hostile = Hostile(content, width, height, step, thickness, repeats, mode, noise, is_portrait=False)
        yield "hostile", encode(draw(hostile), mode)


def report(name: str, contents: Sequence[bytes]) -> None:
    """The cost of each stage in both ways."""
    with without_kernels():
        without = stages(contents)
    print(f"\n| {name}, µs | without | compiled |\n|---|---|---|")
    for stage, cost in stages(contents).items():
        print(f"| {stage} | {without[stage]:.0f} | {cost:.0f} |", flush=True)


def stages(contents: Sequence[bytes]) -> dict[str, float]:
    greys = [grey_of(content) for content in contents]
    inks = [find_ink(grey) for grey in greys]
    digits = [found.ink[found.box.window] for ink in inks if (found := find_components(ink))]
    return {
        "bytes to grey levels": cost(grey_of, contents),
        "find the ink": cost(find_ink, greys),
        "components": cost(find_components, inks),
        "normalize": cost(normalize, digits),
        "all": cost(to_input, contents),
    }


def grey_of(content: bytes) -> np.ndarray:
    grey = read_grey_png(content, max_pixels=MAX_PIXELS)
    return next(grey_levels(decode(content, max_pixels=MAX_PIXELS).image)) if grey is None else grey


def to_input(content: bytes) -> np.ndarray:
    found = find_components(ink_of(content, max_pixels=MAX_PIXELS)[0])
    assert found
    return normalize(found.ink[found.box.window])


def cost(stage: Callable[..., object], inputs: Sequence[object]) -> float:
    """The median over the inputs, of each the least of three, in µs."""
    costs = []
    for each in inputs:
        times = []
        for _ in range(3):
            start = time.thread_time()
            stage(each)
            times.append(time.thread_time() - start)
        costs.append(min(times))
    return statistics.median(costs) * 1e6


if __name__ == "__main__":
    sys.exit(main())
