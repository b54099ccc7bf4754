"""How many numbers of several digits are read entirely right, and what that costs single digits.

    script/manage train_lenet --rehearse --output /tmp/lenet.params
    .venv/bin/python -m benchmarks.numbers --parameters /tmp/lenet-rehearsal.params

The digits are by the ten writers whom the holdout run holds out, so its network has not learned from any of
them. Numbers have two to six digits, evenly mixed, by one writer each.
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

import numpy as np

from management.training.datasets import drawings
from management.training.datasets.canvas import render, scale_to
from management.training.datasets.drawings import LabelledDrawing
from recognizer.predictor import Predictor
from recognizer.reader import read
from testbed.numbers import NEARLY_TOUCHING, NORMAL, WIDE, Number, Style, write_number

HELD_OUT = 10
STYLES = {
    "wide": Style(WIDE),
    "normal": Style(NORMAL),
    "normal, 800×280": Style(NORMAL, canvas=(280, 800)),
    "nearly touching": Style(NEARLY_TOUCHING),
    "nearly touching, 800×280": Style(NEARLY_TOUCHING, canvas=(280, 800)),
    "the page's pen, 2 to 4 digits": Style((0.1, 0.4), pens=None, lengths=(2, 4)),
}
SINGLE = ((56, 18), (56, 10), (130, 18), (240, 18), (220, 4), (100, 6))
"""Sizes and pens of single digits, in pixels."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--parameters", type=Path, required=True)
    options.add_argument("--numbers", type=int, default=400, help="of each kind")
    chosen = options.parse_args()
    predictor, writers = Predictor(chosen.parameters), held_out_writers()
    print("| numbers | wholly right | median time |\n|---|---|---|")
    for name, style in STYLES.items():
        report(name, predictor, numbers(writers, style, chosen.numbers))
    report("single digits", predictor, single_digits(writers, chosen.numbers))


def held_out_writers() -> list[list[LabelledDrawing]]:
    digits = drawings.read(drawings.PEN_DIGITS).drawings
    names = sorted({digit.writer for digit in digits})[-HELD_OUT:]
    return [[digit for digit in digits if digit.writer == name] for name in names]


def numbers(writers: Sequence[list[LabelledDrawing]], style: Style, count: int) -> Iterable[Number]:
    random = np.random.default_rng(1)
    return (write_number(writers[random.integers(len(writers))], style, random) for _ in range(count))


def single_digits(writers: Sequence[list[LabelledDrawing]], count: int) -> Iterable[Number]:
    random = np.random.default_rng(2)
    for i in range(count):
        digits = writers[random.integers(len(writers))]
        digit, (size, pen) = digits[random.integers(len(digits))], SINGLE[i % len(SINGLE)]
        placed, extent = scale_to(digit.strokes, size=size, width=pen)
        offset = random.uniform(2, 278 - np.minimum(extent, 270)).astype(np.float32)
        ink = render([points + offset for points in placed], width=pen, shape=(280, 280))
        yield Number(str(digit.label), ink)


def report(name: str, predictor: Predictor, written: Iterable[Number]) -> None:
    right, times = [], []
    for number in written:
        started = time.perf_counter()
        digits = read(number.ink, predictor.classify)
        times.append((time.perf_counter() - started) * 1000)
        answers = (digit.classification.digit for digit in digits)
        right.append("".join(map(str, answers)) == number.text)
    print(f"| {name} | {statistics.mean(right):.1%} | {statistics.median(times):.1f} ms |", flush=True)


if __name__ == "__main__":
    main()
