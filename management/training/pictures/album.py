"""Which pictures there are, by the name of their file."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from management.training.figures import EpochFigures
from management.training.labelled import NO_DIGIT
from management.training.measuring import MeasuredSet
from management.training.pictures.confusion import draw_confusion
from management.training.pictures.curves import draw_curves
from management.training.pictures.filters import draw_filters
from management.training.pictures.mistakes import draw_mistakes, worst_mistakes
from management.training.pictures.reliability import draw_reliability

logging.getLogger("matplotlib").setLevel(logging.WARNING)  # It tells of its cache of fonts.

Draw = Callable[[], bytes]


def pictures(
    *,
    epochs: Sequence[EpochFigures],
    first_filters: np.ndarray,
    sets: Sequence[MeasuredSet],
    temperature: float,
) -> dict[str, Draw]:
    """How the parameters came to be, what they are, and how they did. epochs: none where it is unknown."""
    curves: dict[str, Draw] = {"curves.svg": partial(draw_curves, epochs)} if epochs else {}
    drawings = curves | {"filters.svg": partial(draw_filters, first_filters)}
    for measured in sets:
        drawings |= _pictures_of_set(measured, temperature)
    return drawings


def _pictures_of_set(measured: MeasuredSet, temperature: float) -> dict[str, Draw]:
    """What was measured on a set; nothing for one without digits."""
    recognition, labelled = measured.figures.recognition, measured.labelled
    if recognition is None:
        return {}
    digits = labelled.labels != NO_DIGIT
    mistakes = worst_mistakes(
        fields=labelled.fields[digits],
        labels=labelled.labels[digits],
        logits=measured.logits[digits],
        temperature=temperature,
    )
    name = labelled.name
    return {
        f"{name}-confusion.svg": partial(draw_confusion, recognition.confusion_matrix, name=name),
        f"{name}-mistakes.svg": partial(draw_mistakes, mistakes, name=name),
        f"{name}-reliability.svg": partial(draw_reliability, recognition.calibration, name=name),
    }
