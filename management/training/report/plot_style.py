"""The style of all plots: width, font and colours, and the same bytes for the same data."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Format = Literal["svg", "png"]

WIDTH_IN, DOTS_PER_INCH = 8.0, 100
"""800 pixels."""

BLUE, ORANGE = "#0072b2", "#d55e00"
"""Colour-blind people can tell them apart, too. Source: Okabe, Ito, "Color Universal Design", 2008."""

GREY, DIMMED, BLACK = "#767676", "#595959", "#1a1a1a"

_STYLE: dict[str, Any] = {
    "svg.hashsalt": "mnistsite",  # Else each element's id is another one each time.
    "svg.fonttype": "path",  # The same letters wherever it is viewed.
    "font.family": "DejaVu Sans",  # Comes with Matplotlib.
    "font.size": 11,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": BLACK,
    "text.color": BLACK,
    "xtick.color": BLACK,
    "ytick.color": BLACK,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "figure.facecolor": "white",
    "figure.constrained_layout.w_pad": 0.1,
    "figure.constrained_layout.h_pad": 0.1,
}
_NO_DATE: dict[Format, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


@contextmanager
def styled_figure(*, height_in: float) -> Iterator[Figure]:
    """An empty figure, 800 pixels wide; `encoded` must be called in this context, too.

    It uses only the Agg and SVG backends: no window, and no state that outlives the context.
    """
    with mpl.rc_context(_STYLE):
        yield Figure(figsize=(WIDTH_IN, height_in), dpi=DOTS_PER_INCH, layout="constrained")


def encoded(figure: Figure, file_format: Format) -> bytes:
    """The bytes of a figure's file."""
    content = BytesIO()
    figure.savefig(content, format=file_format, dpi=DOTS_PER_INCH, metadata=_NO_DATE[file_format])
    return content.getvalue()


def without_frame(axes: Axes) -> None:
    """Hide the axes' ticks and frame, and keep their content."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
