"""The same drawing by another hand: turned, slanted, stretched, bent, its strokes a little elsewhere.

Like images.py, but for strokes before a pen draws them: lines stay lines, as sharp and as wide as the pen
is. Source of the idea: Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks Applied
to Visual Document Analysis", ICDAR 2003.
"""

import numpy as np

from management.training.datasets.canvas import bounds
from management.training.datasets.drawings import Strokes

TURN, SLANT, STRETCH = 0.13, 0.17, 0.12
"""Standard deviations: in radians, sideways for each unit upwards, and as a natural logarithm."""

BEND = 0.035
"""Standard deviation of each of two slow waves along each axis, in parts of the drawing's longer side."""

SHIFT = 0.025
"""Standard deviation of each stroke's own place, in the same parts."""


def vary_strokes(strokes: Strokes, random: np.random.Generator) -> list[np.ndarray]:
    """Strokes of a longer side of about 1, around the origin."""
    low, high = bounds(strokes)
    points = (np.concatenate(strokes) - (low + high) / 2) / max(float((high - low).max()), 1e-3)
    lengths = [len(stroke) for stroke in strokes]
    shifts = random.normal(0, SHIFT if len(strokes) > 1 else 0, (len(strokes), 2))

    # Two waves of about one period over the drawing move the points.
    directions, phases = random.normal(0, 2 * np.pi, (2, 2)), random.uniform(0, 2 * np.pi, (2, 2))
    heights = random.normal(0, BEND, (2, 2))
    waves = (heights * np.sin((points @ directions)[:, :, np.newaxis] + phases)).sum(axis=1)
    bent = points + waves + np.repeat(shifts, lengths, axis=0)

    turn, slant = random.normal(0, TURN), random.normal(0, SLANT)
    width, height = np.exp(random.normal(0, STRETCH, 2))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    affine = rotation @ np.array([[width, slant], [0, height]])
    turned = (bent @ affine.T).astype(np.float32)
    return np.split(turned, np.cumsum(lengths[:-1]))
