"""From a box of ink to the 28x28 field that the network was trained on."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from mnistsite.types import INPUT_SIZE, Box

DIGIT_SIZE = 20
"""Side of the square that a digit's box is scaled into, in pixels."""

INK_THRESHOLD = 0.25
"""Share of the strongest ink from which a pixel belongs to the digit's box, above JPEG's ringing."""

FIELD_CENTRE = INPUT_SIZE // 2
"""Row and column, counted from 0, of MNIST's centre of mass: its 60,000 digits have their mean at 14.00."""


@dataclass(frozen=True, slots=True)
class NormalizedDigit:
    """A digit as the network sees it, and where in the drawing it was found."""

    field: np.ndarray
    """(28, 28) float32 in [0, 1], ink 1, paper 0."""
    box: Box


def normalize(ink: np.ndarray, box: Box) -> NormalizedDigit:
    """Bring the digit in a box of the ink, (height, width) uint8 with paper 0, into the network's field."""
    return NormalizedDigit(centre_by_mass(scale_digit(ink, box)), box)


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
    cropped = ink[box.window].astype(np.float32)
    scaled = np.array(Image.fromarray(cropped).resize(size, Image.Resampling.BICUBIC))
    np.clip(scaled, 0, cropped.max(), out=scaled)
    scaled /= scaled.max()
    return scaled


def centre_by_mass(digit: np.ndarray) -> np.ndarray:
    """Lay a digit into an empty field so that its centre of mass is the field's centre.

    digit: at most (20, 20) float32 with some ink; a (28, 28) float32 field is returned. As in MNIST, the
    shift is in whole pixels; it is cut short where ink would leave the field.
    """
    field = np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)
    top, left = (_offset(digit.sum(axis=1 - axis)) for axis in (0, 1))
    field[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return field


def _offset(profile: np.ndarray) -> int:
    """Where a digit begins along one axis, from its ink summed over the other."""
    centre = float(np.arange(len(profile)) @ profile / profile.sum())
    return min(max(round(FIELD_CENTRE - centre), 0), INPUT_SIZE - len(profile))
