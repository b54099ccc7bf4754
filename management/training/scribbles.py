"""What people draw to try out a pen: strokes in units of their own, at random."""

from collections.abc import Callable

import numpy as np

_Curve = list[np.ndarray]

_ONE_DOT_IN = 5


def scribble(random: np.random.Generator) -> _Curve:
    """One of many kinds, each as likely as another."""
    return _KINDS[random.integers(len(_KINDS))](random)


def scribbles_and_dots(count: int, random: np.random.Generator) -> list[_Curve]:
    """To measure with: a dot in five."""
    return [scribble(random) if i % _ONE_DOT_IN else dot(random) for i in range(count)]


def dot(random: np.random.Generator) -> _Curve:
    """One to three points on top of each other: whatever the size, a blot."""
    return [random.normal(0, 1, (random.integers(1, 4), 2)).astype(np.float32)]


def _curves(random: np.random.Generator) -> _Curve:
    return [_curve(random) for _ in range(random.integers(1, 4))]


def _curve(random: np.random.Generator) -> np.ndarray:
    """A smooth line through a few points."""
    corners = random.uniform(0, 1, (random.integers(4, 9), 2))
    place = np.linspace(0, len(corners) - 1, 60)
    start = np.minimum(place.astype(int), len(corners) - 2)
    part = (place - start)[:, np.newaxis]
    part = part * part * (3 - 2 * part)
    return np.asarray(corners[start] * (1 - part) + corners[start + 1] * part, np.float32)


def _zigzag(random: np.random.Generator) -> _Curve:
    corners = random.integers(5, 14)
    heights = np.arange(corners) % 2 * random.uniform(0.3, 1) + random.normal(0, 0.08, corners)
    return [_points(np.linspace(0, 1, corners) + random.normal(0, 0.03, corners), heights)]


def _spiral(random: np.random.Generator) -> _Curve:
    angle = np.linspace(0, random.uniform(3.5, 7) * np.pi, 80)
    radius = angle / angle[-1]
    return [_points(radius * np.cos(angle), radius * np.sin(angle) * random.uniform(0.6, 1))]


def _dots(random: np.random.Generator) -> _Curve:
    centres = random.uniform(0, 1, (random.integers(2, 6), 1, 2))
    return list((centres + random.normal(0, 0.01, (len(centres), 3, 2))).astype(np.float32))


def _lines(random: np.random.Generator) -> _Curve:
    return list(random.uniform(0, 1, (random.integers(3, 6), 2, 2)).astype(np.float32))


def _tangle(random: np.random.Generator) -> _Curve:
    return [_points(*random.uniform(0, (1, random.uniform(0.4, 1)), (random.integers(15, 50), 2)).T)]


def _walk(random: np.random.Generator) -> _Curve:
    speed = np.cumsum(random.normal(0, 1, (random.integers(20, 80), 2)), axis=0)
    return [np.cumsum(speed, axis=0).astype(np.float32)]


def _loops(random: np.random.Generator) -> _Curve:
    angle = np.linspace(0, random.uniform(4, 9) * np.pi, 120)
    across = angle * random.uniform(0.05, 0.2) + np.cos(angle) / 2
    return [_points(across, np.sin(angle) * random.uniform(0.4, 1))]


def _wave(random: np.random.Generator) -> _Curve:
    across = np.linspace(0, 2 * np.pi, 60)
    return [_points(across, np.sin(across * random.uniform(1.2, 5) + random.uniform(0, 6)))]


def _polygon(random: np.random.Generator) -> _Curve:
    angle = np.linspace(0, 2 * np.pi, random.integers(4, 6)) + random.uniform(0, 6)
    return [_points(np.cos(angle), np.sin(angle))]


def _points(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(np.stack((x, y), axis=1), np.float32)


_KINDS: tuple[Callable[[np.random.Generator], _Curve], ...] = (
    *(_curves, _zigzag, _spiral, _dots, _lines, _tangle, _walk, _loops, _wave, _polygon),
)
