"""The worst mistakes of a set, as the network sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from matplotlib.axes import Axes

from management.training.metrics import log_probabilities
from management.training.report.plots.style import Format, encoded, styled_figure, without_frame

COLUMNS, ROWS = 6, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A digit that was taken for another."""

    network_input: np.ndarray
    """(28, 28) float32, ink 1."""
    label: int
    answer: int
    probability: float
    """Of the answer."""
    label_probability: float


def worst_mistakes(
    *, inputs: np.ndarray, labels: np.ndarray, logits: np.ndarray, temperature: float = 1.0
) -> list[Mistake]:
    """Every mistake among n digits, the one whose label has the least probability first.

    inputs: (n, 28, 28), labels: (n,) of 0 to 9, logits: (n, 10).
    """
    logarithms, answers = log_probabilities(logits, temperature=temperature), logits.argmax(axis=1)
    own = logarithms[np.arange(len(labels)), labels]
    wrong = np.flatnonzero(answers != labels)
    return [
        Mistake(
            network_input=inputs[i],
            label=int(labels[i]),
            answer=int(answers[i]),
            probability=float(np.exp(logarithms[i, answers[i]])),
            label_probability=float(np.exp(own[i])),
        )
        for i in wrong[np.argsort(own[wrong], kind="stable")]
    ]


def draw_mistakes(mistakes: list[Mistake], *, name: str, file_format: Format = "svg") -> bytes:
    """A grid of the first mistakes, each with its label, the answer and how sure that was."""
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
                percent = min(100 * mistake.probability, 99.9)  # Never 100 %: no answer of a softmax is.
                caption = f"is {mistake.label}, read as {mistake.answer}\n{percent:.3g} % sure"
                axes.set_title(caption, fontsize=10, loc="center")
        return encoded(figure, file_format)
