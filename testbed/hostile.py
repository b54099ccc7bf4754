"""Pictures that are expensive to read, in few bytes and within the default limits."""

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

MAX_PIXELS, MAX_BYTES, MAX_SIDE = 4_194_304, 1_000_000, 16_384
PAPER = 255


class Hostile(NamedTuple):
    """A picture by numbers, so that a search can vary each of them."""

    content: str
    """One of CONTENTS."""
    width: int
    height: int
    step: int
    """Pixels from one thing to the next."""
    thickness: int
    repeats: int
    """How often something is repeated, where its number is not given by the step."""
    mode: str
    """One of MODES."""
    noise: int
    """Grey levels by which the paper is uneven; with 0 it is flat."""
    is_portrait: bool
    """Whether rows and columns are exchanged."""


ONE = Hostile("bars", 280, 280, step=280, thickness=14, repeats=1, mode="grey", noise=0, is_portrait=False)
"""A drawing of a one, to be varied."""


def draw(hostile: Hostile) -> np.ndarray:
    """The picture's grey levels, (height, width) uint8, mostly dark ink on light paper."""
    grey = np.full((hostile.height, hostile.width), PAPER, np.uint8)
    CONTENTS[hostile.content](grey, hostile)
    if hostile.noise:
        grey = _uneven(grey, hostile.noise)
    return np.ascontiguousarray(grey.T) if hostile.is_portrait else grey


def _uneven(grey: np.ndarray, noise: int) -> np.ndarray:
    # A small tile again and again: noise of its own for each pixel would not be few bytes.
    tile = np.random.default_rng(0).integers(0, noise + 1, (64, 64), dtype=np.uint8)
    repeats = [-(-side // 64) for side in grey.shape]
    return np.asarray(cv2.subtract(grey, np.tile(tile, repeats)[: grey.shape[0], : grey.shape[1]]), np.uint8)


def encode(grey: np.ndarray, mode: str) -> bytes:
    """A PNG of grey levels in one of MODES."""
    file = BytesIO()
    MODES[mode](grey).save(file, "PNG", compress_level=6)
    return file.getvalue()


def _lines(grey: np.ndarray, hostile: Hostile) -> None:
    """Across the whole width, unconnected."""
    for y in range(0, len(grey), hostile.step + hostile.thickness):
        grey[y : y + hostile.thickness] = 0


def _comb(grey: np.ndarray, hostile: Hostile) -> None:
    """Teeth that a bar connects: one component with as many places to cut as it has gaps."""
    for x in range(0, grey.shape[1], hostile.step + hostile.thickness):
        grey[:, x : x + hostile.thickness] = 0
    grey[len(grey) // 2 : len(grey) // 2 + max(1, len(grey) // 16)] = 0


def _combs(grey: np.ndarray, hostile: Hostile) -> None:
    """Several combs above one another."""
    for part in np.array_split(grey, min(hostile.repeats, len(grey))):
        _comb(part[: max(1, len(part) - 2)], hostile)


def _checkers(grey: np.ndarray, hostile: Hostile) -> None:
    rows, columns = (np.arange(side) // hostile.thickness for side in grey.shape)
    grey[(rows[:, np.newaxis] + columns) % 2 == 0] = 0


def _rings(grey: np.ndarray, hostile: Hostile) -> None:
    """Within one another: each has nearly the whole picture for a box."""
    for i in range(hostile.repeats):
        inset = i * (hostile.step + hostile.thickness)
        if 2 * (inset + hostile.thickness) >= min(grey.shape):
            break
        ring = grey[inset : len(grey) - inset, inset : grey.shape[1] - inset]
        inner = ring[hostile.thickness : -hostile.thickness, hostile.thickness : -hostile.thickness].copy()
        ring[:] = 0
        ring[hostile.thickness : -hostile.thickness, hostile.thickness : -hostile.thickness] = inner


def _corners(grey: np.ndarray, hostile: Hostile) -> None:
    """Rings that are open at one side: long pieces that lie within each other's boxes, from left to right."""
    _rings(grey, hostile)
    grey[:, grey.shape[1] - grey.shape[1] // 3 :] = PAPER


def _spiral(grey: np.ndarray, hostile: Hostile) -> None:
    """One line that winds around itself."""
    turns = np.linspace(0, 2 * np.pi * hostile.repeats, 60 * hostile.repeats)
    radii = np.linspace(0, 0.49, len(turns))
    points = np.stack((np.cos(turns) * radii * grey.shape[1], np.sin(turns) * radii * len(grey)), axis=1)
    centred = np.rint(points + np.array(grey.shape[::-1]) / 2).astype(np.int32)
    cv2.polylines(grey, [centred], isClosed=False, color=(0,), thickness=min(hostile.thickness, 255))


def _specks(grey: np.ndarray, hostile: Hostile) -> None:
    """Thousands of dots around one bar."""
    grey[:: hostile.step + 1, :: hostile.step + 1] = 0
    grey[: len(grey) // 2, : min(hostile.thickness, grey.shape[1])] = 0


def _bars(grey: np.ndarray, hostile: Hostile) -> None:
    """As many parts as a number may have, and as large as the picture lets them be, with specks between."""
    for part in np.array_split(grey, hostile.repeats, axis=1):
        if part.shape[1] > 2:
            part[:, 1 : -1 - part.shape[1] // 8] = 0
            part[-1, -1] = 0


def _noise(grey: np.ndarray, hostile: Hostile) -> None:
    random = np.random.default_rng(hostile.repeats)
    small = random.random([max(1, side // hostile.step) for side in grey.shape]) < 0.02 * hostile.thickness
    grey[:] = cv2.resize(
        255 - 255 * small.astype(np.uint8), grey.shape[::-1], interpolation=cv2.INTER_NEAREST
    )


def _scribble(grey: np.ndarray, hostile: Hostile) -> None:
    """Lines from anywhere to anywhere."""
    random = np.random.default_rng(hostile.step)
    points = (random.random((hostile.repeats + 1, 2)) * grey.shape[::-1]).astype(np.int32)
    cv2.polylines(grey, [points], isClosed=False, color=(0,), thickness=min(hostile.thickness, 255))


CONTENTS: dict[str, Callable[[np.ndarray, Hostile], None]] = {
    "lines": _lines,
    "comb": _comb,
    "combs": _combs,
    "checkers": _checkers,
    "rings": _rings,
    "corners": _corners,
    "spiral": _spiral,
    "specks": _specks,
    "bars": _bars,
    "noise": _noise,
    "scribble": _scribble,
}


def _transparent(grey: np.ndarray) -> Image.Image:
    """Ink as opacity, white: it shows in the last view that is tried."""
    alpha = 255 - grey
    return Image.fromarray(np.dstack((np.full_like(grey, 255),) * 3 + (alpha,)))


def _in_blue_alone(grey: np.ndarray) -> Image.Image:
    """Faint ink in the last view that is tried, and in each of the four before it ruled, noisy paper."""
    rows, columns = np.ogrid[: grey.shape[0], : grey.shape[1]]
    scale = max(1.0, max(grey.shape) / 640)
    is_line = (rows - columns // 10) % int(11.9 * scale) < int(scale)
    is_line |= (columns - rows // 10) % int(11.9 * scale) < int(scale)
    ruled = _uneven(np.where(is_line, np.uint8(173), np.uint8(PAPER)), noise=9)
    opacity = np.full_like(grey, 255)
    opacity[0, 0] = 254
    return Image.fromarray(np.dstack((ruled, ruled, 195 + grey // 255 * 60, opacity)))


MODES: dict[str, Callable[[np.ndarray], Image.Image]] = {
    "grey": Image.fromarray,
    "colours": lambda grey: Image.fromarray(np.dstack((grey, 255 - grey // 2, grey))),
    "transparent": _transparent,
    "in blue alone": _in_blue_alone,
    "black and white": lambda grey: Image.fromarray(grey).convert("1"),
    "16 bits": lambda grey: Image.fromarray(grey.astype(np.uint16) * 257),
}
