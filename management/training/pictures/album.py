"""Which pictures there are, by the name of their file."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from management.training.figures import EpochFigures
from management.training.labelled import NO_DIGIT
from management.training.pictures.confusion import draw_confusion
from management.training.pictures.curves import draw_curves
from management.training.pictures.filters import draw_filters
from management.training.pictures.mistakes import draw_mistakes, worst_mistakes
from management.training.pictures.reliability import draw_reliability

if TYPE_CHECKING:
    from management.training.evaluated import MeasuredSet

Draw = Callable[[], bytes]


def pictures_of_training(*, epochs: list[dict[str, Any]], first_filters: np.ndarray) -> dict[str, Draw]:
    """How the parameters came to be and what they are. epochs: as a card has them, or none."""
    figures = [EpochFigures(**each) for each in epochs]
    curves: dict[str, Draw] = {"curves.svg": partial(draw_curves, figures)} if figures else {}
    return curves | {"filters.svg": partial(draw_filters, first_filters)}


def pictures_of_set(measured: "MeasuredSet", *, temperature: float) -> dict[str, Draw]:
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
