"""The confusion matrix of a set."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

from management.training.report.plots.style import BLACK, DIMMED, Format, encoded, styled_figure
from management.training.report.text import percent
from mnistsite.types import DIGITS


def draw_confusion(matrix: Sequence[Sequence[int]], *, name: str, file_format: Format = "svg") -> bytes:
    """Labels in rows, answers in columns; mistakes alone are coloured, by the logarithm of their number."""
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
        for (label, answer), count in np.ndenumerate(counts):
            if label == answer:
                axes.add_patch(Rectangle((answer - 0.5, label - 0.5), 1, 1, color="#ececec"))
            if count:
                colour = DIMMED if label == answer else "white" if strong[label, answer] else BLACK
                axes.text(answer, label, f"{count}", ha="center", va="center", color=colour)

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
