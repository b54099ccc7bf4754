"""Connected parts of a drawing's ink, without specks of dirt; each dot belongs to the nearest part."""

from dataclasses import dataclass

import cv2
import numpy as np

from mnistsite.types import Box
from recognizer.preprocessing.normalization import INK_THRESHOLD

MAX_COMPONENTS = 40
"""A drawing with more of them, specks not counted, is not a number."""

MAX_WITH_SPECKS = 400
"""A drawing with as many, specks included, is not a number: each speck is compared with each component."""

MAX_BOX_PIXELS = 1 << 22
"""Pixels in the boxes of all components. A number's boxes hardly overlap. Those of rings within rings do, and
each pixel is read once for each box that it is in."""

SPECK = 0.15
"""Share of the tallest component's height: anything smaller both ways is part of what is nearest, or dirt."""


@dataclass(frozen=True, slots=True)
class Components:
    labels: np.ndarray
    """(height, width) int32: the component that a pixel belongs to; 0 for paper."""
    boxes: dict[int, Box]
    """By label; at least one."""
    dirt: np.ndarray | None
    """(height, width) bool: the ink that does not belong to any of them, if there is such ink."""

    @property
    def box(self) -> Box:
        """Around all of them."""
        return Box.around(self.boxes.values())

    def without_dirt(self, ink: np.ndarray) -> np.ndarray:
        """The same ink, and paper where there was dirt and around it."""
        if self.dirt is None:
            return ink
        around = cv2.dilate(self.dirt.view(np.uint8), np.ones((5, 5), np.uint8))
        return np.asarray(ink * (1 - around))

    def mask(self, label: int) -> np.ndarray:
        """Which pixels of a component's box are its own."""
        return np.asarray(self.labels[self.boxes[label].window] == label)


def find_components(ink: np.ndarray) -> Components | None:
    """The connected parts of (height, width) uint8 ink, diagonals included.

    None where they are too many for a number, or their boxes too large.
    """
    mask = (ink >= INK_THRESHOLD * int(ink.max())).view(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    if count > MAX_WITH_SPECKS:
        return None
    components = _without_specks(labels, {i: Box(*row[:4]) for i, row in enumerate(stats.tolist()) if i})
    if components is None or sum(box.area for box in components.boxes.values()) > MAX_BOX_PIXELS:
        return None
    return components


def _without_specks(labels: np.ndarray, boxes: dict[int, Box]) -> Components | None:
    """The components without specks, or None where they are too many. If all are specks, they stay."""
    size = SPECK * max(box.height for box in boxes.values())
    large = {label: box for label, box in boxes.items() if max(box.width, box.height) >= size} or boxes
    if len(large) > MAX_COMPONENTS:
        return None
    if len(large) == len(boxes):
        return Components(labels, boxes, dirt=None)
    owners = np.arange(len(boxes) + 1, dtype=labels.dtype)
    for speck in boxes.keys() - large.keys():
        owner = min(large, key=lambda label: _distance(large[label], boxes[speck]))
        owners[speck] = owner if _distance(large[owner], boxes[speck]) < size else 0
        if owners[speck]:
            large[owner] = Box.around((large[owner], boxes[speck]))
    is_dirty = bool((owners[1:] == 0).any())
    owned = owners[labels]
    return Components(owned, large, dirt=(labels > 0) & (owned == 0) if is_dirty else None)


def _distance(one: Box, other: Box) -> int:
    """Pixels between two boxes along the axis on which they are farther apart."""
    across = max(one.x, other.x) - min(one.x + one.width, other.x + other.width)
    down = max(one.y, other.y) - min(one.y + one.height, other.y + other.height)
    return max(across, down)
