"""Calibration and metrics from digits by people from whom the network has not learned.

The network that is served learns from every writer, so no writer is left to measure it with. A holdout run is
the same training without some of them. The digits of some choose temperature and threshold; those of the
others are read once, to measure the network.

The digits are drawn as they may lie on the page's canvas: over all of it, at half size anywhere, small in a
corner, and with a thin pen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from management.training.augmentation.non_digits import scribbles_and_dots
from management.training.augmentation.strokes import rasterize
from management.training.datasets.canvas import CANVAS_SIZE, PEN_WIDTH, render, scale_to
from management.training.datasets.drawings import LabelledDrawing, Strokes
from management.training.datasets.labelled import LabelledSet
from management.training.metrics import MeasuredSet, log_loss, log_probabilities, measure
from mnistsite.types import NON_DIGIT
from recognizer.outputs import digit_scores
from recognizer.preprocessing import preprocess_digit

Logits = Callable[[np.ndarray], np.ndarray]

SCRIBBLES = 1_000

TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(3), 231))
"""The temperatures that are tried, each 1 % above the one before."""

ACCEPTED = 0.99
"""Share of the digits that the threshold accepts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    temperature: float
    """The divisor of logits before they become probabilities."""
    threshold: float
    """A drawing with a lower score is refused as a non-digit."""
    chosen_on: str


@dataclass(frozen=True, slots=True)
class Condition:
    """How a digit lies on the page's canvas."""

    size: float
    """Of the digit's longer side, in pixels."""
    pen: float
    """Width of the pen, in pixels."""
    place: Literal["centre", "anywhere", "corner"]


CONDITIONS = {
    "whole canvas": Condition(240, PEN_WIDTH, "centre"),
    "half size, anywhere": Condition(140, PEN_WIDTH, "anywhere"),
    "small, in a corner": Condition(60, 10, "corner"),
    "small, in a corner, the page's pen": Condition(60, PEN_WIDTH, "corner"),
    "thin pen": Condition(220, 4, "centre"),
}


def choose_calibration(
    logits: Logits, choosing: Sequence[LabelledDrawing], files: dict[str, str]
) -> Calibration:
    """Temperature and threshold, on digits in all conditions alike."""
    digits = [drawing for drawing in choosing if drawing.label != NON_DIGIT]
    sets = [labelled_set(digits, name, files) for name in CONDITIONS]
    writers = sorted({drawing.writer for drawing in digits})
    return calibrate(
        logits=np.concatenate([logits(each.inputs) for each in sets]),
        labels=np.concatenate([each.labels for each in sets]),
        chosen_on=", ".join(writers),
    )


def calibrate(*, logits: np.ndarray, labels: np.ndarray, chosen_on: str) -> Calibration:
    """The temperature of the least log loss (Guo et al. 2017), and the threshold.

    (n, 10) logits and (n,) labels of digits by writers from whom the network has not learned.
    """
    losses = [
        log_loss(labels=labels, log_probabilities=log_probabilities(logits, temperature=float(temperature)))
        for temperature in TEMPERATURES
    ]
    return Calibration(
        temperature=round(float(TEMPERATURES[int(np.argmin(losses))]), 3),
        threshold=round(float(np.quantile(digit_scores(logits), 1 - ACCEPTED)), 3),
        chosen_on=chosen_on,
    )


def measure_holdout(
    logits: Logits, testing: Sequence[LabelledDrawing], files: dict[str, str], calibration: Calibration
) -> list[MeasuredSet]:
    """All conditions together, the same among non-digits, and each condition by itself."""
    digits = [drawing for drawing in testing if drawing.label != NON_DIGIT]
    letters = [drawing.strokes for drawing in testing if drawing.label == NON_DIGIT]
    scribbles_random = np.random.default_rng(101)
    scribbles = scribbles_and_dots(SCRIBBLES, scribbles_random)
    conditions = [labelled_set(digits, name, files) for name in CONDITIONS]
    together = _joined("pen digits in all conditions", conditions)
    mixed = [
        _joined(f"{together.name}, and {others.name}", [together, others])
        for others in (
            _non_digits("letters", letters, np.random.default_rng(100), files),
            _non_digits("scribbles and dots", scribbles, scribbles_random, {}),
        )
    ]
    return [
        measure(
            each,
            logits(each.inputs),
            threshold=calibration.threshold,
            temperature=calibration.temperature,
        )
        for each in (together, *mixed, *conditions)
    ]


def labelled_set(drawings: Sequence[LabelledDrawing], name: str, files: dict[str, str]) -> LabelledSet:
    """Drawings in a condition, by its name, as network inputs; the same each time."""
    random = np.random.default_rng(list(CONDITIONS).index(name))
    images = (draw_in(drawing.strokes, CONDITIONS[name], random) for drawing in drawings)
    return LabelledSet(
        name=f"pen digits: {name}",
        inputs=np.stack([preprocess_digit(image) for image in images]),
        labels=np.array([drawing.label for drawing in drawings], np.int8),
        writers=tuple(drawing.writer for drawing in drawings),
        files=files,
    )


def draw_in(strokes: Strokes, condition: Condition, random: np.random.Generator) -> np.ndarray:
    """(280, 280) uint8 grey levels: black ink on white paper."""
    placed, extent = scale_to(strokes, size=condition.size, width=condition.pen)
    room = CANVAS_SIZE - extent
    match condition.place:
        case "centre":
            offset = room / 2
        case "anywhere":
            offset = random.uniform(0, 1, 2) * room
        case "corner":
            offset = random.integers(0, 2, 2) * (room - 12) + random.uniform(0, 12, 2)
    moved = [points + offset.astype(np.float32) for points in placed]
    return np.uint8(255) - render(moved, width=condition.pen, shape=(CANVAS_SIZE, CANVAS_SIZE))


def _non_digits(
    name: str, drawings: Sequence[Strokes], random: np.random.Generator, files: dict[str, str]
) -> LabelledSet:
    return LabelledSet(
        name=name,
        inputs=np.stack([rasterize(strokes, random) for strokes in drawings]),
        labels=np.full(len(drawings), NON_DIGIT, np.int8),
        writers=("",) * len(drawings),
        files=files,
    )


def _joined(name: str, sets: Sequence[LabelledSet]) -> LabelledSet:
    return LabelledSet(
        name=name,
        inputs=np.concatenate([each.inputs for each in sets]),
        labels=np.concatenate([each.labels for each in sets]),
        writers=tuple(writer for each in sets for writer in each.writers),
        files={name: digest for each in sets for name, digest in each.files.items()},
    )
