"""The plots of a measured set: its confusion matrix, its worst mistakes and its reliability diagram."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator, PercentFormatter, StrMethodFormatter

from management.training.metrics import (
    CALIBRATION_BINS,
    CalibrationBin,
    expected_calibration_error,
    log_probabilities,
    wilson_interval,
)
from management.training.report.plot_style import (
    BLACK,
    BLUE,
    DIMMED,
    GREY,
    ORANGE,
    Format,
    encoded,
    styled_figure,
    without_frame,
)
from management.training.report.text import percent
from mnistsite.types import DIGITS

COLUMNS, ROWS = 6, 4
"""Mistakes that are shown."""


def draw_confusion(matrix: Sequence[Sequence[int]], *, name: str, file_format: Format = "svg") -> bytes:
    """Labels in rows, results in columns; only mistakes are coloured, by the logarithm of their number."""
    counts = np.array(matrix)
    with styled_figure(height_in=7.0) as figure:
        axes = figure.subplots()
        axes.set_title(
            f"{name}: what is taken for what\nwrong answers coloured by their number, right ones grey"
        )
        mistakes = np.where(np.eye(DIGITS, dtype=bool), 0, counts)
        colours = mpl.colormaps["Oranges"].copy()
        colours.set_bad("white")
        norm = LogNorm(1, max(int(mistakes.max()), 10))
        axes.imshow(np.where(mistakes > 0, mistakes, np.nan), cmap=colours, norm=norm, aspect="auto")
        strong = norm(mistakes + 1e-9) > 0.75
        for (label, result), count in np.ndenumerate(counts):
            if label == result:
                axes.add_patch(Rectangle((result - 0.5, label - 0.5), 1, 1, color="#ececec"))
            if count:
                colour = DIMMED if label == result else "white" if strong[label, result] else BLACK
                axes.text(result, label, f"{count}", ha="center", va="center", color=colour)

        # The share of each label that is right, beside its row.
        axes.text(DIGITS - 0.3, -0.62, "right", va="bottom")
        for label, row in enumerate(counts):
            share = percent(row[label] / row.sum()) if row.any() else "no digits"
            axes.text(DIGITS - 0.3, label, share, va="center")

        axes.set_xticks(range(DIGITS))
        axes.set_yticks(range(DIGITS))
        axes.set_xlabel("answer")
        axes.set_ylabel("label")
        axes.set_xticks(np.arange(DIGITS + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(DIGITS + 1) - 0.5, minor=True)
        axes.grid(visible=True, which="minor")
        axes.tick_params(which="both", length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return encoded(figure, file_format)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A digit that was read as another."""

    network_input: np.ndarray
    """(28, 28) float32, ink 1."""
    label: int
    result: int
    probability: float
    """Of the result."""
    label_probability: float


def worst_mistakes(
    *, inputs: np.ndarray, labels: np.ndarray, logits: np.ndarray, temperature: float = 1.0
) -> list[Mistake]:
    """Every mistake among n digits, the one whose label has the least probability first.

    inputs: (n, 28, 28), labels: (n,) of 0 to 9, logits: (n, 10).
    """
    logarithms, results = log_probabilities(logits, temperature=temperature), logits.argmax(axis=1)
    own = logarithms[np.arange(len(labels)), labels]
    wrong = np.flatnonzero(results != labels)
    return [
        Mistake(
            network_input=inputs[i],
            label=int(labels[i]),
            result=int(results[i]),
            probability=float(np.exp(logarithms[i, results[i]])),
            label_probability=float(np.exp(own[i])),
        )
        for i in wrong[np.argsort(own[wrong], kind="stable")]
    ]


def draw_mistakes(mistakes: list[Mistake], *, name: str, file_format: Format = "svg") -> bytes:
    """A grid of the first mistakes, each with its label, the result and its probability."""
    rows = max(1, min(ROWS, -(-len(mistakes) // COLUMNS)))
    with styled_figure(height_in=0.6 + 1.62 * rows) as figure:
        shown = mistakes[: rows * COLUMNS]
        what = (
            f"the worst {len(shown)} of {len(mistakes)} mistakes, the least likely label first"
            if mistakes
            else "no mistakes"
        )
        figure.suptitle(f"{name}: {what}", x=0.01, ha="left", fontsize=13)
        cells: Iterable[Axes] = figure.subplots(rows, COLUMNS, squeeze=False).flat
        for axes, mistake in zip_longest(cells, shown):
            without_frame(axes)
            if mistake:
                axes.imshow(mistake.network_input, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
                for spine in axes.spines.values():
                    spine.set_visible(True)
                percent = min(100 * mistake.probability, 99.9)  # Never 100 %, which no softmax gives.
                caption = f"is {mistake.label}, read as {mistake.result}\n{percent:.3g} % sure"
                axes.set_title(caption, fontsize=10, loc="center")
        return encoded(figure, file_format)


def draw_reliability(bins: Sequence[CalibrationBin], *, name: str, file_format: Format = "svg") -> bytes:
    """Accuracy by confidence above, with intervals of 95 %, and the number of results below."""
    some = [each for each in bins if each.digits]
    lower_edges = np.array([each.lower for each in some])
    bars = {
        "width": 1 / CALIBRATION_BINS,
        "align": "edge",
        "color": BLUE,
        "edgecolor": "white",
        "alpha": 0.75,
    }
    with styled_figure(height_in=7.0) as figure:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        upper.set_title(f"{name}: how often an answer is right, by how sure it is")
        upper.plot((0, 1), (0, 1), "--", color=GREY, label="as it should be")
        accuracies = np.array([each.accuracy for each in some], float)
        upper.bar(lower_edges, accuracies, **bars)
        confidences = np.array([each.confidence for each in some], float)
        intervals = np.array([wilson_interval(each.right, each.digits) for each in some])
        spread = np.abs(intervals.T - accuracies)
        container = upper.errorbar(confidences, accuracies, spread, fmt="o", color=BLACK, ecolor=ORANGE)
        container.set_label("as it is, with its 95 % interval")
        upper.set_ylim(0, 1.03)
        upper.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        upper.set_ylabel("right")
        upper.legend(loc="upper left")

        error = expected_calibration_error(bins)
        lower.set_title(f"How many answers are that sure (expected calibration error {percent(error)})")
        counts = np.array([each.digits for each in some], float)
        lower.bar(lower_edges, counts, **bars)
        for each in some:
            place = ((each.lower + each.upper) / 2, each.digits)
            lower.annotate(f"{each.digits}", place, (0, 2), textcoords="offset points", ha="center")
        lower.set_yscale("log")
        lower.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        lower.yaxis.set_minor_locator(NullLocator())
        lower.set_ylim(0.7, 4 * counts.max())
        lower.set_ylabel("answers")

        for axes in (upper, lower):
            axes.grid(visible=True)
        lower.set_xlim(0, 1.006)  # The last bin has most results, all at its right edge.
        lower.set_xlabel("how sure the answer is: its probability")
        lower.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        return encoded(figure, file_format)
