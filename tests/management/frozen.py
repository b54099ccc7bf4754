"""Makes the frozen set of the training anew: of some seeds, what each generator makes, in a few figures.

DJANGO_SETTINGS_MODULE=mnistsite.settings .venv/bin/python -m tests.management.frozen
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from management.training.augmentation.images import ElasticBends, random_affine, vary_thickness
from management.training.augmentation.non_digits import dot, make_non_digit, scribble, scribbles_and_dots
from management.training.augmentation.strokes import draw, vary_strokes
from management.training.datasets.canvas import render
from management.training.datasets.drawings import LabelledDrawing, Strokes
from management.training.holdout import CONDITIONS, draw_in, labelled_set
from mnistsite.types import NON_DIGIT

KEPT = Path(__file__).resolve().parent.parent / "data" / "frozen-training.json"

STROKES: Strokes = (
    np.array([[17, 5], [37, 15], [27, 45], [77, 55], [67, 95]], np.float32),
    np.array([[7, 50], [47, 45], [87, 53]], np.float32),
)
DIGITS = [
    LabelledDrawing(tuple(s * (1, 1 + label / 9) for s in STROKES), label, "anna") for label in range(10)
]
LETTERS = [LabelledDrawing(STROKES[1:], NON_DIGIT, "anna")]
FULL = np.ones(200)

Figures = list[float]


def made() -> Iterator[tuple[str, Figures]]:
    """By name: figures that change with nearly everything that was drawn by chance, and how."""
    for seed in range(100):
        yield f"scribble {seed}", _of_strokes(scribble(_random(seed)))
    for seed in range(120):
        yield f"no digit {seed}", _of_strokes(make_non_digit(DIGITS, LETTERS, _random(seed)))
    for seed in range(6):
        yield f"dot {seed}", _of_strokes(dot(_random(seed)))
        yield f"rewritten {seed}", _of_strokes(vary_strokes(STROKES, _random(seed)))
        yield f"one stroke rewritten {seed}", _of_strokes(vary_strokes(STROKES[:1], _random(seed)))
    yield "to measure with", [float(len(np.concatenate(each))) for each in scribbles_and_dots(30, _random(1))]
    for seed in range(30):
        yield f"drawn {seed}", _of_pixels(draw(STROKES, _random(seed)))
    for name, condition in CONDITIONS.items():
        for seed in range(3):
            yield f"{name} {seed}", _of_pixels(draw_in(STROKES, condition, _random(seed)))
        yield f"{name}, as the network sees it", _of_pixels(labelled_set(DIGITS[:2], name, {}).inputs[1])
    for width, supersampling in ((1.0, 1), (3.5, 2), (9.0, 1), (20.0, 3)):
        picture = render(STROKES, width=width, shape=(100, 90), supersampling=supersampling)
        yield f"a pen of {width}, {supersampling} times as large", _of_pixels(picture)
    blot = render([np.array([[40, 50], [40.2, 50.1]], np.float32)], width=21, shape=(100, 90))
    yield "a blot", _of_pixels(blot)
    yield "affine", _of_columns(random_affine(strengths=FULL, random=_random(1)))
    yield "affine at half strength", _of_columns(random_affine(strengths=FULL / 2, random=_random(1)))
    bends = ElasticBends(_random(1), count=20).pick(FULL, _random(2))
    yield "bends", [float(bends.std()), float(np.abs(np.diff(bends)).mean()), float(bends[0, 0, 3, 5])]
    inputs = np.stack([labelled_set(DIGITS[:1], "thin pen", {}).inputs[0]] * len(FULL))
    changed = vary_thickness(inputs, strengths=FULL, random=_random(1))
    yield "thicker or thinner", [float(each.mean()) for each in changed[:40]]


def kept() -> dict[str, Figures]:
    figures: dict[str, Figures] = json.loads(KEPT.read_bytes())
    return figures


def _random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _of_strokes(strokes: Strokes) -> Figures:
    """How many strokes and points, the points' mean and spread, and where the last stroke begins."""
    points = np.concatenate(strokes)
    return [len(strokes), len(points), *_floats(points.mean(axis=0), points.std(axis=0), strokes[-1][0])]


def _of_pixels(picture: np.ndarray) -> Figures:
    """Its size, mean and spread, and those of its middle row and column."""
    middle = picture[picture.shape[0] // 2], picture[:, picture.shape[1] // 2]
    parts = (picture, *middle)
    return [*picture.shape, *(float(value) for part in parts for value in (part.mean(), part.std()))]


def _of_columns(rows: np.ndarray) -> Figures:
    return _floats(rows.mean(axis=0), rows.std(axis=0), rows[0])


def _floats(*arrays: np.ndarray) -> Figures:
    return [float(value) for array in arrays for value in array]


if __name__ == "__main__":
    lines = (f"{json.dumps(name)}: {json.dumps([round(v, 6) for v in figures])}" for name, figures in made())
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")
