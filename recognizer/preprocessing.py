"""From a drawing of any size to the 28x28 field that the network was trained on.

The steps are those by which MNIST itself was made (LeCun et al. 1998, section III-A): the digit's box is
scaled into 20x20 with its aspect ratio kept, and its centre of mass is put at the centre of the field.
Training, evaluation and serving all come through `normalize`, so there is no skew between them.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from history.records import Box
from recognizer.fields import DIGIT_SIZE, FIELD_SIZE

MIN_CONTRAST = 32
"""Grey levels of 255 between paper and ink, below which a drawing counts as blank."""

INK_THRESHOLD = 0.25
"""Share of the strongest ink from which a pixel belongs to the digit's box, above JPEG's ringing."""

FIELD_CENTRE = FIELD_SIZE // 2
"""Row and column, counted from 0, of MNIST's centre of mass: its 60,000 digits have their mean at 14.00."""


class NoInk(ValueError):
    """There is no ink on the paper."""


@dataclass(frozen=True, slots=True)
class NormalizedDigit:
    """A digit as the network sees it, and where in the drawing it was found."""

    field: np.ndarray
    """(28, 28) float32 in [0, 1], ink 1, paper 0."""
    box: Box


def normalize(grey: np.ndarray) -> NormalizedDigit:
    """Find the digit in a drawing and bring it into the network's field.

    grey: (height, width) uint8, dark ink on light paper or light ink on dark paper.
    Raises NoInk when nothing stands out from the paper.
    """
    ink = find_ink(grey)
    box = find_box(ink)
    return NormalizedDigit(centre_by_mass(scale_digit(ink, box)), box)


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


def find_box(ink: np.ndarray) -> Box:
    """The smallest box around all pixels whose ink is at least INK_THRESHOLD of the strongest."""
    row_peaks, column_peaks = ink.max(axis=1), ink.max(axis=0)
    threshold = INK_THRESHOLD * float(row_peaks.max())
    rows, columns = np.flatnonzero(row_peaks >= threshold), np.flatnonzero(column_peaks >= threshold)
    y, x = int(rows[0]), int(columns[0])
    return Box(x=x, y=y, width=int(columns[-1]) - x + 1, height=int(rows[-1]) - y + 1)


def scale_digit(ink: np.ndarray, box: Box) -> np.ndarray:
    """Scale what is in the box so that its longer side is 20 pixels: float32 in [0, 1], its peak 1.

    Pillow's bicubic filter widens with the scale, so every pixel of a large drawing counts and none of a
    thin line is skipped; of Pillow's filters it is among the closest to MNIST's own pixels, for drawings
    that are larger and for smaller ones. It works on floats, which keep the faintest hairline, and its
    overshoot beside edges is cut off. Raising the peak to 1 gives thin pens the blackness of MNIST's.
    """
    scale = DIGIT_SIZE / max(box.width, box.height)
    size = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    cropped = ink[box.y : box.y + box.height, box.x : box.x + box.width].astype(np.float32)
    scaled = np.array(Image.fromarray(cropped).resize(size, Image.Resampling.BICUBIC))
    np.clip(scaled, 0, cropped.max(), out=scaled)
    scaled /= scaled.max()
    return scaled


def centre_by_mass(digit: np.ndarray) -> np.ndarray:
    """Lay a digit into an empty field so that its centre of mass is the field's centre.

    digit: at most (20, 20) float32 with some ink; a (28, 28) float32 field is returned. As in MNIST, the
    shift is in whole pixels; it is cut short where ink would leave the field.
    """
    field = np.zeros((FIELD_SIZE, FIELD_SIZE), np.float32)
    top, left = (_offset(digit.sum(axis=1 - axis)) for axis in (0, 1))
    field[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return field


def _offset(profile: np.ndarray) -> int:
    """Where a digit begins along one axis, from its ink summed over the other."""
    centre = float(np.arange(len(profile)) @ profile / profile.sum())
    return min(max(round(FIELD_CENTRE - centre), 0), FIELD_SIZE - len(profile))


def _median(levels: np.ndarray) -> int:
    """The middle one of uint8 levels: counting them is five times faster than numpy's sorting median."""
    counts = np.bincount(levels, minlength=256)
    return int(np.searchsorted(np.cumsum(counts), (len(levels) + 1) // 2))
