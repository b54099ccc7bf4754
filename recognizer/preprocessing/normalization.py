"""From a digit's ink to the network's input, which looks as MNIST's digits do."""

import cv2
import numpy as np
from PIL import Image

from mnistsite.types import INPUT_SIZE, Box
from recognizer import compiled

DIGIT_SIZE = 20
"""Side of the square that a digit is scaled into, in pixels."""

INK_THRESHOLD = 0.25
"""Share of the strongest ink from which a pixel belongs to the digit's box, above JPEG's ringing."""

CENTRE = INPUT_SIZE // 2
"""Row and column, counted from 0, of MNIST's centre of mass: its 60,000 digits have their mean at 14.00."""


def find_box(ink: np.ndarray) -> Box:
    """The smallest box around all pixels whose ink is at least INK_THRESHOLD of the strongest."""
    row_peaks, column_peaks = ink.max(axis=1), ink.max(axis=0)
    threshold = INK_THRESHOLD * float(row_peaks.max())
    rows, columns = np.flatnonzero(row_peaks >= threshold), np.flatnonzero(column_peaks >= threshold)
    y, x = int(rows[0]), int(columns[0])
    return Box(x=x, y=y, width=int(columns[-1]) - x + 1, height=int(rows[-1]) - y + 1)


def normalize(digit: np.ndarray) -> np.ndarray:
    """The network's input, (28, 28) float32 in [0, 1], ink 1, for a digit that was cut out along its box.

    digit: (height, width) uint8 ink, paper 0.
    """
    kernels = compiled.kernels_for(digit)
    if kernels is None:
        return centre_by_mass(scale_digit(digit))
    height, width = digit.shape
    new_width, new_height = scaled_size(digit)
    # As Pillow does: down before across, where height loses more than twice as many pixels as width.
    is_turned = height - new_height > max(0, 2 * (width - new_width))
    columns = np.ascontiguousarray(digit) if is_turned else cv2.transpose(digit)
    network_input: np.ndarray = kernels.normalize(columns, new_width, new_height, is_turned, INPUT_SIZE)
    return network_input


def scaled_size(digit: np.ndarray) -> tuple[int, int]:
    """The width and height to which a digit is scaled, the longer one DIGIT_SIZE."""
    height, width = digit.shape
    scale = DIGIT_SIZE / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def scale_digit(digit: np.ndarray) -> np.ndarray:
    """Scale a digit so that its longer side is 20 pixels: uint8 ink to float32 in [0, 1], its peak 1.

    Pillow's bicubic filter widens with the scale, so every pixel of a large drawing counts and no part of a
    thin line is skipped; of Pillow's filters it is among the closest to MNIST's own pixels, for larger and
    for smaller drawings. It works on floats, which keep the faintest hairline, and its overshoot beside edges
    is cut off. Raising the peak to 1 gives thin pens the blackness of MNIST's.
    """
    ink = digit.astype(np.float32)
    scaled = np.array(Image.fromarray(ink).resize(scaled_size(digit), Image.Resampling.BICUBIC))
    np.clip(scaled, 0, ink.max(), out=scaled)
    scaled /= scaled.max()
    return scaled


def centre_by_mass(digit: np.ndarray) -> np.ndarray:
    """Lay a scaled digit on empty paper so that its centre of mass is the centre of the network's input.

    digit: at most (20, 20) float32 with some ink; (28, 28) float32 is returned. As in MNIST, the shift is in
    whole pixels; it is cut short where ink would leave the paper.
    """
    place = []
    for axis, side in enumerate(digit.shape):
        profile = digit.sum(axis=1 - axis)
        centre = float(np.arange(side) @ profile / profile.sum())
        start = min(max(round(CENTRE - centre), 0), INPUT_SIZE - side)
        place.append(slice(start, start + side))
    network_input = np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)
    network_input[tuple(place)] = digit
    return network_input
