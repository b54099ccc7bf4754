"""Telling strokes from other things that stand out from the paper.

Strong pixels and the weak ones connected with them make things (hysteresis, Canny 1986). Specks, and things
along the picture's border, are not strokes.
"""

import cv2
import numpy as np

from recognizer.preprocessing.uneven_paper import Contrast

STRONG, WEAK = 0.5, 0.3
"""Shares of the strongest contrast: a stroke reaches the first somewhere and the second everywhere."""

STRONG_NOISE, WEAK_NOISE = 7.0, 4.0
"""The same in standard deviations of the paper's noise."""

STRONGEST_SHARE = 0.0015
"""Share of the pixels that the core of a digit has at least, and that lonely specks do not have."""

MIN_AREA_SHARE = 0.03
"""Area of the smallest stroke, as a share of the largest one's."""

MAX_CONTACT = 0.75
"""Share of the picture's shorter side that a stroke may have along the picture's border."""

REACH_SHARE = 0.02
"""Share of the picture's longer side within which a stroke's edge goes from ink to paper."""

EDGE_CHANGE, MIN_EDGE_SHARE = 0.85, 0.3
"""Share of its mean contrast by which a thing changes near an edge, and least share of a stroke near one."""


def keep_strokes(contrast: Contrast, *, least: int) -> np.ndarray:
    """The strokes with their soft edges, (height, width) uint8, and 0 elsewhere.

    least: the contrast that a stroke reaches somewhere; where nothing reaches it, all is 0.
    """
    levels, noise, is_table = contrast
    peak = float(np.quantile(levels[::2, ::2], 1 - STRONGEST_SHARE))
    strong, weak = max(STRONG * peak, STRONG_NOISE * noise, least), max(WEAK * peak, WEAK_NOISE * noise)
    is_weak = cv2.compare(levels, weak, cv2.CMP_GT)  # type: ignore[call-overload]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(is_weak, connectivity=8, ltype=cv2.CV_32S)
    # An area of 0 is for what is strong nowhere, lies along the border, touches the table or is blurred.
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[np.bincount(labels[levels > strong], minlength=count) == 0] = 0
    border = np.concatenate((labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]))
    areas[np.bincount(border, minlength=count) > MAX_CONTACT * min(labels.shape)] = 0
    if is_table.any():
        areas[np.unique(labels[cv2.dilate(is_table, np.ones((5, 5), np.uint8)) > 0])] = 0
    areas[~_are_sharp(levels, labels, stats[:, cv2.CC_STAT_AREA])] = 0
    kept = areas > max(3, MIN_AREA_SHARE * float(areas.max(initial=0)))
    strokes = levels * cv2.dilate(kept.astype(np.uint8)[labels], np.ones((3, 3), np.uint8))
    # A pen may dry up, and chalk lie in shadow: each stroke is made as strong as the strongest.
    side = 2 * max(2, round(REACH_SHARE * max(strokes.shape))) + 1
    around = cv2.blur(cv2.dilate(strokes, np.ones((side, side), np.uint8)), (side, side))
    gain = np.float32(strokes.max()) / np.maximum(around, 1)
    evened: np.ndarray = np.minimum(strokes * gain, 255).astype(np.uint8)
    return evened


def _are_sharp(contrast: np.ndarray, labels: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Whether each thing has a stroke's sharp edges (Su, Lu and Tan 2013 use the contrast at edges alike)."""
    side = 2 * max(2, round(REACH_SHARE * max(contrast.shape))) + 1
    change = cv2.morphologyEx(
        contrast, cv2.MORPH_GRADIENT, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    )
    inked = labels > 0
    things, count = labels[inked], len(areas)
    means = np.bincount(things, contrast[inked], count) / areas
    near_edge = np.bincount(things[change[inked] > EDGE_CHANGE * means[things]], minlength=count)
    sharp: np.ndarray = near_edge >= MIN_EDGE_SHARE * areas
    return sharp
