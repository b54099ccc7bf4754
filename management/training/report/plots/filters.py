"""The filters that the first convolution has learned."""

import numpy as np
from matplotlib.image import AxesImage

from management.training.report.plots.style import Format, encoded, styled_figure, without_frame

COLUMNS = 5


def draw_filters(weights: np.ndarray, *, file_format: Format = "svg") -> bytes:
    """Every filter of the first convolution: (filters, 1, height, width) weights, all on one scale."""
    rows = -(-len(weights) // COLUMNS)
    with styled_figure(height_in=0.6 + 1.35 * rows) as figure:
        limit = float(np.abs(weights).max()) or 1.0
        size = "×".join(map(str, weights.shape[2:]))
        title = f"The {len(weights)} filters of {size} pixels that the first layer has learned"
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
        grid = figure.subplots(rows, COLUMNS, squeeze=False)
        for axes in grid.flat:
            without_frame(axes)
        images: list[AxesImage] = [
            axes.imshow(weight[0], cmap="PuOr_r", vmin=-limit, vmax=limit, interpolation="nearest")
            for axes, weight in zip(grid.flat, weights, strict=False)
        ]
        meaning = "weight: ink speaks for (orange) or against (violet)"
        figure.colorbar(images[0], ax=list(grid.flat), shrink=0.8, label=meaning)
        return encoded(figure, file_format)
