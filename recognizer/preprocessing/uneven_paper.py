"""Uneven paper, as in photographs, as it would look with nothing written on it.

recognizer.preprocessing.ink decides which drawings have such paper.

Dark ink disappears when the picture is closed with an element wider than any stroke (Serra 1982), and what
remains is the paper with its gradients, shadows and the table around it. Ink is measured as the share of the
paper's light that it takes, which is the same in shadow and in light (Gatos, Pratikakis and Perantonis 2006,
"Adaptive degraded document image binarization"; Lu, Su and Tan 2010).
"""

from typing import NamedTuple

import cv2
import numpy as np

ELEMENT_SHARE = 0.25
"""Side of the closing's element, as a share of the picture's shorter side: between a pen and a shadow."""

SMALL_SIDE = 72
"""Pixels of the longer side of the copy on which it is decided whether ink is dark or light."""

DARKEST_SHADOW = 0.5
"""Share of the brightest paper's light, below which light is not divided out: it is a table's, or noise."""

DIMMEST_LIGHT = 128
"""Grey levels, below which light is not divided out either, lest it raise small differences."""

BESIDE_A_TABLE, REACH = 0.7, 3
"""Least share of the brightest paper's light within this distance of a table, in pixels of a reduced copy. A
table has a sharp edge, and shadows end softly."""


class Contrast(NamedTuple):
    """How much of the paper's light is missing."""

    levels: np.ndarray
    """(height, width) uint8: 255 all of it, paper about 0."""
    noise: float
    """The standard deviation of the paper's own levels."""
    is_table: np.ndarray
    """(height, width) uint8: 1 where there is no paper; the levels are 0 there."""


def find_contrast(grey: np.ndarray) -> Contrast:
    """How much of the paper's light the ink takes.

    grey: (height, width) uint8 with dark or light ink. Light ink is dark ink of the negative.
    """
    smooth = cv2.GaussianBlur(grey, (5, 5), 0) if min(grey.shape) >= SMALL_SIDE else grey
    dark = smooth if _is_ink_dark(smooth) else cv2.bitwise_not(smooth)
    paper = _close(dark, _odd(ELEMENT_SHARE * min(grey.shape)))
    missing = cv2.subtract(paper, dark)
    # A closing follows the noise's highest levels, so the paper's median lies below it. The noise's spread is
    # measured below that median, where there is no ink.
    low, middle = np.percentile(missing[::3, ::3], (16, 50))
    # As one row: OpenCV would take four rows of one pixel for a scalar, and fail.
    row = cv2.subtract(missing.reshape(1, -1), float(middle))  # type: ignore[call-overload]
    missing = row.reshape(missing.shape)
    brightest = float(np.percentile(paper[::3, ::3], 90))
    light = cv2.max(paper, max(DIMMEST_LIGHT, DARKEST_SHADOW * brightest))  # type: ignore[call-overload]
    levels = cv2.divide(missing, light, scale=255)
    table = _find_table(np.ascontiguousarray(paper[::4, ::4]), brightest)
    is_table = cv2.resize(table, grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    noise = float(middle - low) * 255 / float(np.median(light[::3, ::3]))
    return Contrast(levels * (1 - is_table), noise, is_table)


def _find_table(paper: np.ndarray, brightest: float) -> np.ndarray:
    """1 on a table around the paper, which is darker than a shadow and begins at a sharp edge.

    paper: a reduced copy without ink. The table is returned one pixel wider than it is.
    """
    is_dark = (paper < DARKEST_SHADOW * brightest).astype(np.uint8)
    wider = cv2.dilate(is_dark, np.ones((3, 3), np.uint8))
    beside = cv2.dilate(paper, np.ones((2 * REACH + 1,) * 2, np.uint8))[wider > is_dark]
    is_sharp = len(beside) and float(np.median(beside)) >= BESIDE_A_TABLE * brightest
    return wider if is_sharp else np.zeros_like(wider)


def _is_ink_dark(grey: np.ndarray) -> bool:
    """Whether ink is darker than the paper, on a small copy."""
    scale = SMALL_SIDE / max(grey.shape)
    size = [max(3, round(side * scale)) for side in grey.shape[::-1]]
    small = cv2.medianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), 3)
    middle = cv2.medianBlur(small, _odd(max(size) / 3))
    edges = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    closed, opposite = (_close(side, _odd(min(size) / 5)) for side in (small, cv2.bitwise_not(small)))
    darkness = _strength(small, closed, middle, edges)
    return darkness >= _strength(cv2.bitwise_not(small), opposite, cv2.bitwise_not(middle), edges)


def _strength(dark: np.ndarray, closed: np.ndarray, middle: np.ndarray, edges: np.ndarray) -> float:
    """The evidence that the ink is dark.

    Ink is darker than the closing, which tells it from a shadow, and darker than the median around it, which
    tells it from the squares of a ruling. Edges count, not areas: ink has more of them than a zero's hole.
    """
    missing = cv2.min(cv2.subtract(closed, dark), cv2.subtract(middle, dark)).astype(np.float32)
    return float((missing**2 * edges).sum())


def _close(grey: np.ndarray, side: int) -> np.ndarray:
    """The closing with a square, the picture continued beyond its borders so that a frame is no stroke."""
    reach = side // 2
    wide = cv2.copyMakeBorder(grey, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    return np.asarray(closed[reach : reach + grey.shape[0], reach : reach + grey.shape[1]])


def _odd(length: float) -> int:
    return max(3, round(length) | 1)
