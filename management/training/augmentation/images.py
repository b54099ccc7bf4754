"""Digits as other hands might have written them: turned, slanted, stretched, moved, bent, thicker or thinner.

Without it the network overfits: it has memorised its training digits after a few epochs.
Source: Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks Applied to Visual
Document Analysis", ICDAR 2003, for affine and elastic distortions.
"""

import numpy as np

from mnistsite.types import INPUT_SIZE

TURN, SLANT, STRETCH, SHIFT = np.pi / 18, 0.14, 0.08, 1.1
"""Standard deviations: radians; sideways for each unit upwards; a natural logarithm; pixels."""

CUT_OFF = 2.0
"""No distortion is farther out than this many standard deviations: a 6 must not become a 9."""

BEND, BEND_SCALE = 0.8, 4.0
"""Standard deviation of a pixel's elastic displacement, and over how far neighbours move alike, in pixels."""

THICKENED = 0.4
"""Share of the digits whose lines become thicker or thinner, at full strength."""


def random_affine(*, strengths: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Random affine maps to the source of each pixel: (n, 6) float32, the rows of 2x3 matrices.

    They map a point (x, y, 1) of the varied input to one of the input before, both from -1 to 1 along
    each axis with the origin in the centre, as MXNet's GridGenerator takes them. strengths: (n,), a factor
    on every distortion; at 0 nothing changes.
    """

    def spread(deviation: float) -> np.ndarray:
        drawn = random.standard_normal(len(strengths)).clip(-CUT_OFF, CUT_OFF)
        return np.asarray(strengths * deviation * drawn)

    turn, slant = spread(TURN), spread(SLANT)
    width, height = np.exp(spread(STRETCH)), np.exp(spread(STRETCH))
    across, down = spread(2 * SHIFT / INPUT_SIZE), spread(2 * SHIFT / INPUT_SIZE)
    cosine, sine = np.cos(turn), np.sin(turn)
    rows = (
        *(cosine * width, cosine * width * slant - sine * height, across),
        *(sine * width, sine * width * slant + cosine * height, down),
    )
    return np.asarray(np.stack(rows, axis=1), np.float32)


class ElasticBends:
    """Smooth displacement fields, made for a whole epoch: smoothing them digit by digit costs too much."""

    def __init__(self, random: np.random.Generator, *, count: int = 4000) -> None:
        pixels = np.arange(INPUT_SIZE, dtype=np.float32)
        blur = np.exp(-((pixels[:, None] - pixels) ** 2) / (2 * BEND_SCALE**2))
        noise = random.standard_normal((count, 2, INPUT_SIZE, INPUT_SIZE), dtype=np.float32)
        bends = blur @ noise @ blur
        self._bends = bends * (BEND * 2 / INPUT_SIZE / bends.std())

    def pick(self, strengths: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """(n, 2, 28, 28) float32: what to add to the x and y, from -1 to 1, of each pixel's source."""
        chosen = self._bends[random.integers(len(self._bends), size=len(strengths))]
        return np.asarray(chosen * strengths[:, None, None, None], np.float32)


def vary_thickness(inputs: np.ndarray, *, strengths: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """(n, 28, 28) inputs, some of them with thicker or thinner lines.

    Each is mixed with its grey dilation, or erosion, by a pixel's four neighbours (Serra 1982).
    """
    count = len(inputs)
    padded = np.pad(inputs, ((0, 0), (1, 1), (1, 1)))
    rows, columns = slice(1, -1), slice(1, -1)
    beside = (padded[:, rows, :-2], padded[:, rows, 2:], padded[:, :-2, columns], padded[:, 2:, columns])
    neighbours = [inputs, *beside]
    is_changed = random.random(count) < THICKENED * strengths
    share = (random.random(count) * is_changed).astype(np.float32)[:, None, None]
    is_thicker = random.random(count)[:, None, None] < 0.6
    changed = np.where(is_thicker, np.max(neighbours, axis=0), np.min(neighbours, axis=0))
    return np.asarray(inputs * (1 - share) + changed * share)
