"""Loss and accuracy by epoch."""

from collections.abc import Sequence

from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from management.training.metrics import EpochMetrics
from management.training.report.plots.style import BLUE, ORANGE, Format, encoded, styled_figure
from management.training.report.text import percent

_TICKS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
"""Shares that are wrong, of which some are labelled, as the shares that are right."""

_LEAST_WRONG = 1e-4
"""A wrong share of 0 has no place on a logarithmic axis and is drawn here."""


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
