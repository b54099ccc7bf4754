"""Where a drawing's touching digits may be cut apart: paths from top to bottom that cross little ink.

Source: Wang and Jean, "Segmentation of merged characters by neural networks and shortest path", Pattern
Recognition 27(5), 1994. A path of least cost bends around what lies in its way, so digits that lean, or reach
under each other, come apart where a straight line would cut off a part.
"""

import cv2
import numpy as np

ROWS = 48
"""Height in pixels to which a component is scaled before paths are sought in it. The network sees 20."""

STEP_COST = 0.15
"""Of a step to the side, in pixels of ink, so that a path from near by costs less than one from afar."""

MAX_INK = 0.6
"""Ink that a cut may cross, as a share of the component's height: no cut goes along a stem."""

MIN_DISTANCE = 0.14
"""Between neighbouring cuts, and to the component's ends, as a share of the tallest component's height."""

_FAR = np.float32(1e9)


def find_cuts(ink: np.ndarray, *, limit: int, tallest: int) -> list[np.ndarray]:
    """The cheapest cuts through a component, at most `limit` of them, from left to right.

    ink: (height, width) uint8, the component's box with its ink alone and paper 0. tallest: the height of the
    drawing's tallest component. A cut is (height,) int: in each row of the component, the first column to its
    right.
    """
    height, width = ink.shape
    columns = max(3, round(width * ROWS / height))
    small = cv2.resize(ink, (columns, ROWS), interpolation=cv2.INTER_AREA).astype(np.float32) / ink.max()
    middle = ROWS // 2
    above, from_above = _cheapest(small[: middle + 1])
    below, from_below = _cheapest(small[middle:][::-1])
    costs = (above + below - small[middle]) / ROWS
    paths = [
        np.concatenate((_trace(from_above, x)[::-1], _trace(from_below, x)[1:]))
        for x in _minima(costs, limit, MIN_DISTANCE * ROWS * tallest / height)
    ]
    rows = (np.arange(height) + 0.5) * ROWS / height - 0.5  # The component's rows among those of the paths.
    cuts = []
    for path in sorted(paths, key=lambda path: path.mean()):
        columns = np.rint((np.interp(rows, np.arange(ROWS), path) + 0.5) * height / ROWS)
        cuts.append(columns.clip(0, width).astype(np.int64))
    return cuts


def _cheapest(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least cost of a path from the first row to each pixel of the last, and each path's steps.

    (rows, columns) float32 to (columns,) float32 and (rows, columns) int, -1 to 1: the column it comes from.
    """
    steps, costs = np.zeros(ink.shape, np.int64), ink[0]
    for row in range(1, len(ink)):
        padded = np.pad(costs, 1, constant_values=_FAR)
        ways = np.stack((padded[1:-1], padded[:-2] + STEP_COST, padded[2:] + STEP_COST))
        steps[row] = np.array((0, -1, 1))[ways.argmin(axis=0)]
        costs = ink[row] + ways.min(axis=0)
    return costs, steps


def _trace(steps: np.ndarray, column: int) -> np.ndarray:
    """The columns of the cheapest path from the last row's `column` back to the first row: (rows,) int."""
    columns = np.empty(len(steps), np.int64)
    for i, row in enumerate(steps[::-1]):
        columns[i] = column
        column += row[column]
    return columns


def _minima(costs: np.ndarray, limit: int, distance: float) -> list[int]:
    """Where cuts are cheapest, each a distance from the others and from the ends."""
    padded = np.pad(costs, 1, constant_values=_FAR)
    is_low = (costs <= padded[:-2]) & (costs <= padded[2:]) & (costs < MAX_INK)
    inner = [int(x) for x in np.flatnonzero(is_low) if distance <= x < len(costs) - distance]
    chosen: list[int] = []
    for x in sorted(inner, key=lambda x: float(costs[x])):
        if len(chosen) < limit and all(abs(x - other) >= distance for other in chosen):
            chosen.append(x)
    return chosen
