"""The reliability diagram of a set: accuracy by confidence."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator, PercentFormatter, StrMethodFormatter

from management.training.metrics import (
    CALIBRATION_BINS,
    CalibrationBin,
    expected_calibration_error,
    wilson_interval,
)
from management.training.report.plots.style import BLACK, BLUE, GREY, ORANGE, Format, encoded, styled_figure
from management.training.report.text import percent


def draw_reliability(bins: Sequence[CalibrationBin], *, name: str, file_format: Format = "svg") -> bytes:
    """Accuracy by confidence above, with intervals of 95 %, and how many answers there are of each below."""
    with styled_figure(height_in=7.0) as figure:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        error = expected_calibration_error(bins)
        some = [each for each in bins if each.digits]
        upper.set_title(f"{name}: how often an answer is right, by how sure it is")
        _paint_accuracy(upper, some)
        lower.set_title(f"How many answers are that sure (expected calibration error {percent(error)})")
        _paint_histogram(lower, some)
        for axes in (upper, lower):
            axes.grid(visible=True)
        lower.set_xlim(0, 1.006)  # The last bin has most answers, all at its right edge.
        lower.set_xlabel("how sure the answer is: its probability")
        lower.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        return encoded(figure, file_format)


def _paint_accuracy(axes: Axes, bins: Sequence[CalibrationBin]) -> None:
    axes.plot((0, 1), (0, 1), "--", color=GREY, label="as it should be")
    accuracies = np.array([each.accuracy for each in bins], float)
    _paint_bars(axes, bins, accuracies)
    confidences = np.array([each.confidence for each in bins], float)
    intervals = np.array([wilson_interval(each.right, each.digits) for each in bins])
    spread = np.abs(intervals.T - accuracies)
    container = axes.errorbar(confidences, accuracies, spread, fmt="o", color=BLACK, ecolor=ORANGE)
    container.set_label("as it is, with its 95 % interval")
    axes.set_ylim(0, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.set_ylabel("right")
    axes.legend(loc="upper left")


def _paint_histogram(axes: Axes, bins: Sequence[CalibrationBin]) -> None:
    counts = np.array([each.digits for each in bins], float)
    _paint_bars(axes, bins, counts)
    for each in bins:
        place = ((each.lower + each.upper) / 2, each.digits)
        axes.annotate(f"{each.digits}", place, (0, 2), textcoords="offset points", ha="center")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(0.7, 4 * counts.max())
    axes.set_ylabel("answers")


def _paint_bars(axes: Axes, bins: Sequence[CalibrationBin], heights: np.ndarray) -> None:
    """A bar over each bin's whole width."""
    lower = np.array([each.lower for each in bins])
    axes.bar(lower, heights, 1 / CALIBRATION_BINS, align="edge", color=BLUE, edgecolor="white", alpha=0.75)
