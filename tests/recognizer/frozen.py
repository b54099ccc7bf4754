"""Makes the frozen set anew: drawings near the borders of what the recogniser decides, and how it reads them.

    DJANGO_SETTINGS_MODULE=mnistsite.settings .venv/bin/python -m tests.recognizer.frozen [--drawings]

Without the option it reads the drawings that are kept and writes the answers: for a change that is meant to
read some of them otherwise, and is better by the figures of benchmarks/. With it, it makes the drawings, too:
their seeds were chosen from some hundreds so that most constants of recognizer/, a fifth larger or smaller,
change an answer, and that noise of 0.002 on each logit changes none.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

DATA = Path(__file__).resolve().parent.parent / "data"
DRAWINGS, ANSWERS = DATA / "frozen-drawings.npz", DATA / "frozen-answers.json"

NUMBERS = (
    *(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 46, 54, 63, 87, 119, 134),
    *(146, 153, 171, 191, 229),
)
PHOTOGRAPHS = (3, 27, 51, 73, 108, 112, 124, 138, 166, 173, 191, 198, 207, 209, 250, 298, 299, 352, 358, 359)


def kept_drawings() -> dict[str, np.ndarray]:
    """(height, width) uint8 grey levels by name."""
    with np.load(DRAWINGS) as arrays:
        return dict(arrays)


def kept_answers() -> dict[str, Any]:
    """By the drawing's name, what `answer` gave."""
    answers: dict[str, Any] = json.loads(ANSWERS.read_bytes())
    return answers


def answer(grey: np.ndarray) -> dict[str, Any]:
    """How a drawing is read by the parameters that ship: no digits where it is blank."""
    from recognizer.errors import BlankDrawing
    from recognizer.predictor import shared_predictor
    from recognizer.preprocessing.ink import find_ink_in
    from recognizer.reader import read

    try:
        found = read(find_ink_in(Image.fromarray(grey)), shared_predictor().classify)
    except BlankDrawing:
        found = []
    boxes = [digit.box for digit in found]
    return {
        "digits": "".join(str(digit.classification.digit) for digit in found),
        "accepted": [digit.classification.accepted for digit in found],
        "boxes": [[box.x, box.y, box.width, box.height] for box in boxes],
    }


def make_drawings() -> dict[str, np.ndarray]:
    """From their seeds."""
    from management.training.datasets import drawings

    by_writer: dict[str, list[drawings.LabelledDrawing]] = {}
    for drawing in drawings.read(drawings.PEN_DIGITS).drawings:
        by_writer.setdefault(drawing.writer, []).append(drawing)
    with np.load(DATA / "mnist-test-100.npz") as scanned:
        images, labels = scanned["images"], scanned["labels"]
    numbers = {f"number {seed}": _number(seed, by_writer, images, labels) for seed in NUMBERS}
    return numbers | {f"photograph {seed}": _photograph(seed, images) for seed in PHOTOGRAPHS}


def _number(
    seed: int, by_writer: Mapping[str, list[Any]], images: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """One to four digits, by a pen or of MNIST, which overlap where the seed is 3 of 4."""
    from testbed.numbers import NEARLY_TOUCHING, NORMAL, WIDE, Style, paste_number, write_number

    random, gaps = np.random.default_rng(seed), (WIDE, NORMAL, NEARLY_TOUCHING, (-0.2, -0.05))[seed % 4]
    if seed % 3 == 2:
        style = Style(gaps, canvas=(100, 280), lengths=(2, 4))
        return 255 - paste_number(images, labels, style, random).ink
    style = Style(gaps, canvas=(110, 280) if seed % 3 else (140, 200), lengths=(1, 4))
    writers = sorted(by_writer)
    return 255 - write_number(by_writer[writers[seed % len(writers)]], style, random).ink


def _photograph(seed: int, images: np.ndarray) -> np.ndarray:
    """A small one under conditions at random; of paper alone where the seed is a multiple of 11."""
    from testbed.photographs import Conditions, photograph

    random = np.random.default_rng(1_000_000 + seed)
    is_dark = random.random() < 0.2
    conditions = Conditions(
        paper=random.uniform(0.1, 0.3) if is_dark else random.uniform(0.7, 1),
        ink=random.uniform(0.5, 0.95) if is_dark else random.uniform(0.05, 0.6),
        light=random.choice(["even", "gradient", "vignette", "shadow"]),
        noise=float(random.choice([0, 1, 2, 4, 8, 14])),
        grain=float(random.choice([0, 0, 0, 6, 10])),
        ruling=random.choice(["none", "ruled", "squared"]),
        line=random.uniform(0.45, 0.93),
        surroundings=random.choice(["none", "none", "table", "frame"]),
        tilt=float(random.choice([0, 2, 5, 7])),
        smears=float(random.choice([0, 0, 0, 10, 20])),
    )
    digit = images[seed % 100] if seed % 11 else np.zeros((28, 28), np.uint8)
    shape = ((110, 84), (120, 160), (150, 112), (90, 120))[seed % 4]
    return photograph(digit, conditions, seed=seed, shape=shape)


def main(options: list[str]) -> None:
    """Write the files."""
    if "--drawings" in options:
        np.savez_compressed(DRAWINGS, **make_drawings())
    answers = {name: answer(grey) for name, grey in kept_drawings().items()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in answers.items())
    ANSWERS.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    import django

    django.setup()
    main(sys.argv[1:])
