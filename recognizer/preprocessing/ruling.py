"""The lines of ruled and squared paper: thin, straight, many, and from edge to edge.

They lie in the direction in which the picture's projection has the sharpest peaks (Postl 1986).
Each is erased with a morphological opening across it, which keeps a stroke that crosses it, because there the
stroke is longer than the line is thick (Serra 1982; Hasan and Karam 2000 for text that touches lines).
"""

import cv2
import numpy as np

from recognizer.preprocessing.uneven_paper import Contrast

MAX_LINE_SHARE = 0.012
"""The greatest thickness of a line, as a share of the picture's side."""

SLOPES = np.linspace(-0.1, 0.1, 41)
"""Rows to a column by which paper may be turned, some six degrees either way."""

STRIPS = 32
"""Upright strips in which rows are summed before they are moved to undo a slope."""

MIN_COVERAGE = 0.5
"""Share of the picture's width that a line covers: more than strokes do, less than one with gaps."""

MIN_LEVEL = 6
"""The faintest line, in levels of contrast."""

MIN_LEVEL_NOISE = 2.0
"""The same in standard deviations of the paper's noise."""

DARKER_THAN_A_LINE = 1.7
"""How many times a line's own contrast ink along it has."""


def erase_ruling(contrast: Contrast) -> Contrast:
    """The contrast without the lines of a ruling in either direction."""
    level = max(MIN_LEVEL, MIN_LEVEL_NOISE * contrast.noise)
    without_rows = _erase_lines(contrast.levels, level)
    return contrast._replace(levels=cv2.transpose(_erase_lines(cv2.transpose(without_rows), level)))


def _erase_lines(contrast: np.ndarray, level: float) -> np.ndarray:
    """The contrast without the lines that run along its rows, if there are two or more."""
    thickest = max(3, round(MAX_LINE_SHARE * max(contrast.shape)))
    thin = cv2.subtract(contrast, _open_across(contrast, thickest + 2))
    is_thin = cv2.compare(thin, level, cv2.CMP_GT)  # type: ignore[call-overload]
    slope, coverage = _best_slope(is_thin)
    is_covered = np.concatenate(([False], coverage >= MIN_COVERAGE, [False]))
    starts, ends = np.flatnonzero(np.diff(is_covered)).reshape(-1, 2).T.tolist()
    if len(starts) < 2:
        return contrast
    erased = contrast.copy()
    for start, end in zip(starts, ends, strict=True):
        _erase_line(erased, (start + end - 1) / 2, slope, min(end - start, thickest) + 2)
    return erased


def _best_slope(is_thin: np.ndarray) -> tuple[float, np.ndarray]:
    """The slope along which thin things lie in the fewest rows, and the share of each row that they cover."""
    height, width = is_thin.shape
    tall = cv2.dilate(is_thin, np.ones((3, 1), np.uint8))
    sums = cv2.resize(tall, (STRIPS, height), interpolation=cv2.INTER_AREA).T.astype(np.float32) / 255
    centres = (np.arange(STRIPS) + 0.5) * width / STRIPS
    padded = np.pad(sums, ((0, 0), (width // 10 + 1,) * 2))
    starts = np.rint(SLOPES[:, None] * (centres - width / 2)).astype(int) + width // 10 + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, height, axis=1)
    coverages = [windows[np.arange(STRIPS), start].mean(axis=0) for start in starts]
    best = int(np.argmax([(coverage**2).sum() for coverage in coverages]))
    return float(SLOPES[best]), coverages[best]


def _erase_line(contrast: np.ndarray, row: float, slope: float, thickness: int) -> None:
    """Erase a line in place, except what crosses it or is darker. row: where it passes the picture's middle.

    Only the rows around it are touched, because a picture may have a hundred lines.
    """
    width = contrast.shape[1]
    rise = slope * width / 2
    top, bottom = max(0, int(row - abs(rise)) - 3 * thickness), int(row + abs(rise)) + 3 * thickness + 1
    part = contrast[top:bottom]
    band = np.zeros_like(part)
    cv2.line(band, (0, round(row - rise) - top), (width - 1, round(row + rise) - top), (1,), thickness)
    darker = DARKER_THAN_A_LINE * float(np.median((part * band).max(axis=0)))
    left = np.where(part > darker, part, _open_across(part, thickness + 2))
    np.copyto(part, left, where=band.view(bool))


def _open_across(contrast: np.ndarray, length: int) -> np.ndarray:
    """The contrast of things that are at least `length` rows tall."""
    return cv2.morphologyEx(contrast, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
