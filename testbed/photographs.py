"""Photos and scans of digits for the tests and benchmarks: paper, light, ruling, surroundings, a camera.

A picture is made as in reality: ink takes a share of the light that ruled paper reflects, the light is
uneven, a table lies around the paper, and the sensor's noise and JPEG come last. Everything is seeded.
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

Light = Literal["even", "gradient", "vignette", "shadow"]
Ruling = Literal["none", "ruled", "squared"]
Surroundings = Literal["none", "table", "frame"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a digit is written and photographed; levels are shares of white, 0 to 1."""

    paper: float = 0.9
    ink: float = 0.15
    light: Light = "even"
    noise: float = 0.0
    """Standard deviation of the sensor's noise in grey levels of 255."""
    grain: float = 0.0
    """The same for the paper's own grain, some pixels coarse."""
    ruling: Ruling = "none"
    line: float = 0.65
    """Light that the ruling reflects, as a share of the light that the paper reflects."""
    surroundings: Surroundings = "none"
    tilt: float = 0.0
    """The most that ruling and table are turned, in degrees."""
    smears: float = 0.0
    """How far wiped-out chalk or dirt changes the paper, in grey levels."""
    jpeg: int = 0
    """Quality; 0 leaves JPEG out."""


CONDITIONS = {
    "plain": Conditions(paper=1, ink=0),
    "gradient": Conditions(light="gradient", noise=1.5),
    "vignette": Conditions(light="vignette", noise=1.5),
    "soft shadow": Conditions(light="shadow", noise=1.5),
    "noise": Conditions(noise=12),
    "heavy noise, pencil": Conditions(ink=0.45, noise=20),
    "grain": Conditions(grain=8, noise=3),
    "JPEG": Conditions(noise=3, jpeg=40),
    "ruled": Conditions(ruling="ruled", noise=2),
    "squared": Conditions(ruling="squared", noise=2),
    "ruled, clean": Conditions(paper=1, ink=0, ruling="ruled"),
    "squared, clean": Conditions(paper=1, ink=0, ruling="squared"),
    "table": Conditions(surroundings="table", noise=3, tilt=4),
    "frame": Conditions(surroundings="frame", noise=3),
    "dark paper, shadow": Conditions(paper=0.15, ink=0.85, light="shadow", noise=5),
    "chalk, smears": Conditions(paper=0.18, ink=0.8, light="gradient", noise=6, smears=12),
    "pencil, squared": Conditions(ink=0.4, ruling="squared", noise=5, line=0.75, tilt=2, light="gradient"),
    "photo: ruled, shadow": Conditions(ink=0.3, light="shadow", ruling="ruled", noise=6, tilt=3, jpeg=70),
    "photo: table, shadow": Conditions(light="shadow", surroundings="table", noise=6, tilt=4, jpeg=70),
}
"""By name: every degradation alone, and those that come together."""

SHAPES = ((280, 280), (480, 360), (600, 800), (420, 560), (1000, 750), (2000, 1500))
"""Rows and columns, some upright and some not."""


def photograph(
    digit: np.ndarray, conditions: Conditions, *, seed: int, shape: tuple[int, int] | None = None
) -> np.ndarray:
    """A digit, (28, 28) uint8 light on dark, as (height, width) uint8: the same for the same seed.

    A digit without ink gives a picture of the paper alone.
    """
    random = np.random.default_rng(seed)
    height, width = shape or SHAPES[seed % len(SHAPES)]
    tilt = random.uniform(-conditions.tilt, conditions.tilt)
    inside = 0.82 if conditions.surroundings == "none" else 0.55
    coverage = _written(digit, (height, width), random.uniform(0.3, inside), random, centred=inside < 0.6)
    if conditions is CONDITIONS["plain"]:
        return (255 - 255 * coverage).round().astype(np.uint8)
    reflected = conditions.paper * _ruling((height, width), conditions, tilt, random)
    reflected = reflected * (1 - coverage) + conditions.ink * coverage
    reflected = _surrounded(reflected, conditions.surroundings, tilt, random)
    levels = 255 * reflected * _light((height, width), conditions.light, random)
    levels += conditions.smears * _smooth((height, width), 12, random) if conditions.smears else 0
    levels += conditions.grain * _smooth((height, width), max(height, width) // 3, random)
    levels += random.standard_normal((height, width), np.float32) * conditions.noise
    return _through_jpeg(levels.clip(0, 255).round().astype(np.uint8), conditions.jpeg)


def _written(
    digit: np.ndarray, shape: tuple[int, int], share: float, random: np.random.Generator, *, centred: bool
) -> np.ndarray:
    """How far ink covers each pixel, 0 to 1; the digit's square is a share of the shorter side."""
    size = round(min(shape) * share)
    enlarged = cv2.resize(digit.astype(np.float32) / 255, (size, size), interpolation=cv2.INTER_CUBIC)
    margin = 0.5 if centred else 0.0
    spare = [(side - size) * random.uniform(margin * 0.8, 1 - margin * 0.8) for side in shape]
    coverage = np.zeros(shape, np.float32)
    top, left = round(spare[0]), round(spare[1])
    coverage[top : top + size, left : left + size] = enlarged.clip(0, 1)
    return coverage


def _turned(shape: tuple[int, int], degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of each pixel, counted from the middle, on paper that is turned."""
    rows, columns = np.indices(shape, np.float32)
    rows, columns = rows - shape[0] / 2, columns - shape[1] / 2
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return rows * cosine - columns * sine, columns * cosine + rows * sine


def _ruling(
    shape: tuple[int, int], conditions: Conditions, tilt: float, random: np.random.Generator
) -> np.ndarray:
    """Light that the paper with its lines reflects: antialiased lines, some 0.5 % of the picture thick."""
    throws = np.ones(shape, np.float32)
    if conditions.ruling == "none":
        return throws
    distance = min(shape) / random.uniform(6, 12) * (1 if conditions.ruling == "ruled" else 0.6)
    thickness = max(1.0, min(shape) * 0.005)
    for across in _turned(shape, tilt)[: 1 if conditions.ruling == "ruled" else 2]:
        off = np.abs((across + distance * 40.5) % distance - distance / 2)
        throws = np.minimum(throws, 1 - (1 - conditions.line) * (thickness / 2 + 0.5 - off).clip(0, 1))
    return throws


def _surrounded(
    reflected: np.ndarray, surroundings: Surroundings, tilt: float, random: np.random.Generator
) -> np.ndarray:
    """The paper with a dark wooden table at two or more of its edges, or in the even frame of a scanner."""
    if surroundings == "none":
        return reflected
    rows, columns = _turned((reflected.shape[0], reflected.shape[1]), tilt)
    halves = [side * random.uniform(0.38, 0.47) for side in reflected.shape]
    if surroundings == "table":
        halves[int(random.integers(2))] = 2.0 * max(reflected.shape)
    on_paper = (np.abs(rows) < halves[0]) & (np.abs(columns) < halves[1])
    wood = 0.28 + 0.06 * np.sin(rows / 9 + np.sin(columns / 40)) if surroundings == "table" else 0.05
    return np.where(on_paper, reflected, wood).astype(np.float32)


def _light(shape: tuple[int, int], light: Light, random: np.random.Generator) -> np.ndarray:
    """The share of the light that reaches each pixel."""
    rows, columns = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    if light == "vignette":
        return np.asarray(1 - 0.3 * (rows[:, None] ** 2 + columns[None] ** 2))
    angle, offset = random.uniform(0, 2 * np.pi), random.uniform(-0.4, 0.4)
    along = rows[:, None] * np.sin(angle) + columns[None] * np.cos(angle) + offset
    if light == "gradient":
        return np.asarray(0.7 + 0.25 * along.clip(-1.2, 1.2))
    if light == "shadow":
        return np.asarray(1 - 0.45 / (1 + np.exp(-along * random.uniform(6, 25))))
    return np.ones(shape, np.float32)


def _smooth(shape: tuple[int, int], cells: int, random: np.random.Generator) -> np.ndarray:
    """Blotches of standard deviation 1, `cells` of them on the longer side."""
    scale = cells / max(shape)
    small = random.standard_normal([max(2, round(side * scale)) for side in shape], np.float32)
    return cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC) / 0.65


def _through_jpeg(grey: np.ndarray, quality: int) -> np.ndarray:
    if not quality:
        return grey
    content = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE))
