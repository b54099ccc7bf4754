"""The plots of a training and of an evaluation, by the name of their file.

Import this package late: it takes a second to load Matplotlib.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from management.progress import bars, check_stop
from management.training.metrics import EpochMetrics, MeasuredSet
from management.training.report.plots.confusion import draw_confusion
from management.training.report.plots.curves import draw_curves
from management.training.report.plots.filters import draw_filters
from management.training.report.plots.mistakes import draw_mistakes, worst_mistakes
from management.training.report.plots.reliability import draw_reliability
from mnistsite.types import NON_DIGIT

logging.getLogger("matplotlib").setLevel(logging.WARNING)  # It tells of its cache of fonts.

Draw = Callable[[], bytes]


def draw_plots(
    *,
    epochs: Sequence[EpochMetrics],
    first_filters: np.ndarray,
    sets: Sequence[MeasuredSet],
    temperature: float,
) -> dict[str, bytes]:
    """Learning curves, first filters, and three plots of each set. epochs: empty where they are unknown."""
    curves: dict[str, Draw] = {"curves.svg": partial(draw_curves, epochs)} if epochs else {}
    plots = curves | {"filters.svg": partial(draw_filters, first_filters)}
    for measured in sets:
        plots |= _plots_of_set(measured, temperature)
    drawn = {}
    for name, draw in bars(plots.items(), total=len(plots), description="drawing"):
        check_stop()
        drawn[name] = draw()
    return drawn


def _plots_of_set(measured: MeasuredSet, temperature: float) -> dict[str, Draw]:
    """Confusions, mistakes and reliability; an empty dictionary for a set without digits."""
    recognition, labelled = measured.metrics.recognition, measured.labelled
    if recognition is None:
        return {}
    digits = labelled.labels != NON_DIGIT
    mistakes = worst_mistakes(
        inputs=labelled.inputs[digits],
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
