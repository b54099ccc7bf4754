"""The plots of a training and of an evaluation, by the name of their file.

Import this module late: it takes a second to load Matplotlib.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from matplotlib.image import AxesImage
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from management.progress import bars, check_stop
from management.training.metrics import EpochMetrics, MeasuredSet
from management.training.report.plot_style import (
    BLUE,
    ORANGE,
    Format,
    encoded,
    styled_figure,
    without_frame,
)
from management.training.report.set_plots import (
    draw_confusion,
    draw_mistakes,
    draw_reliability,
    worst_mistakes,
)
from management.training.report.text import percent
from mnistsite.types import NON_DIGIT

logging.getLogger("matplotlib").setLevel(logging.WARNING)  # It tells of its cache of fonts.

_TICKS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
"""Error rates at which the axis has a tick, labelled with the accuracy."""

_LEAST_WRONG = 1e-4
"""A wrong share of 0 has no place on a logarithmic axis and is drawn here."""

FILTER_COLUMNS = 5

Draw = Callable[[], bytes]


def draw_plots(
    *,
    epochs: Sequence[EpochMetrics],
    first_filters: np.ndarray,
    sets: Sequence[MeasuredSet],
    temperature: float,
) -> dict[str, bytes]:
    """Learning curves, first filters, and three plots of each set with digits.

    epochs: empty where they are unknown.
    """
    plots: dict[str, Draw] = {"curves.svg": partial(draw_curves, epochs)} if epochs else {}
    plots["filters.svg"] = partial(draw_filters, first_filters)
    for measured in sets:
        recognition, labelled = measured.metrics.recognition, measured.labelled
        if recognition is None:
            continue
        digits, name = labelled.labels != NON_DIGIT, labelled.name
        mistakes = worst_mistakes(
            inputs=labelled.inputs[digits],
            labels=labelled.labels[digits],
            logits=measured.logits[digits],
            temperature=temperature,
        )
        plots |= {
            f"{name}-confusion.svg": partial(draw_confusion, recognition.confusion_matrix, name=name),
            f"{name}-mistakes.svg": partial(draw_mistakes, mistakes, name=name),
            f"{name}-reliability.svg": partial(draw_reliability, recognition.calibration, name=name),
        }
    drawn = {}
    for name, draw in bars(plots.items(), total=len(plots), description="drawing"):
        check_stop()
        drawn[name] = draw()
    return drawn


def draw_curves(epochs: Sequence[EpochMetrics], *, file_format: Format = "svg") -> bytes:
    """Loss above, accuracies below, both on logarithmic axes: the last half percent is most of a training."""
    numbers = [each.epoch for each in epochs]
    marker = "o" if len(epochs) <= 20 else None  # A single epoch has no line at all.
    with styled_figure(height_in=6.4) as figure:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
        upper.set_title("Loss on the training digits: mean cross-entropy, in nats")
        losses = [each.loss for each in epochs]
        upper.plot(numbers, losses, color=BLUE, marker=marker, markersize=4)
        upper.set_yscale("log")
        upper.yaxis.set_major_locator(FixedLocator([a * 10.0**b for b in range(-5, 3) for a in (1, 2, 5)]))
        upper.yaxis.set_minor_locator(NullLocator())
        upper.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))

        lower.set_title("Share of digits that are read right")
        for name, shares, colour, line in (
            ("training digits as they were shown", [each.training_accuracy for each in epochs], BLUE, "--"),
            ("held-out digits", [each.held_out_accuracy for each in epochs], ORANGE, "-"),
        ):
            if None in shares:
                continue  # Nothing is held out from the parameters that are served.
            wrong = [max(1 - (share or 0), _LEAST_WRONG) for share in shares]
            label = f"{name}: {percent(shares[-1])} in the end"
            lower.plot(numbers, wrong, line, color=colour, marker=marker, markersize=4, label=label)
        lower.set_yscale("log")
        lower.invert_yaxis()
        lower.yaxis.set_major_locator(FixedLocator(_TICKS))
        lower.yaxis.set_minor_locator(NullLocator())
        lower.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * (1 - value):g} %"))
        lower.legend(loc="lower right")

        for axes in (upper, lower):
            axes.grid(visible=True)
        lower.set_xlabel("epoch")
        lower.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=(1, 2, 5, 10)))
        return encoded(figure, file_format)


def draw_filters(weights: np.ndarray, *, file_format: Format = "svg") -> bytes:
    """Every filter of the first convolution: (filters, 1, height, width) weights, all on one scale."""
    rows = -(-len(weights) // FILTER_COLUMNS)
    with styled_figure(height_in=0.6 + 1.35 * rows) as figure:
        limit = float(np.abs(weights).max()) or 1.0
        size = "×".join(map(str, weights.shape[2:]))
        title = f"The {len(weights)} filters of {size} pixels that the first layer has learned"
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
        grid = figure.subplots(rows, FILTER_COLUMNS, squeeze=False)
        for axes in grid.flat:
            without_frame(axes)
        images: list[AxesImage] = [
            axes.imshow(weight[0], cmap="PuOr_r", vmin=-limit, vmax=limit, interpolation="nearest")
            for axes, weight in zip(grid.flat, weights, strict=False)
        ]
        meaning = "weight: ink speaks for (orange) or against (violet)"
        figure.colorbar(images[0], ax=list(grid.flat), shrink=0.8, label=meaning)
        return encoded(figure, file_format)
