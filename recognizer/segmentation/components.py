"""Connected parts of a drawing's ink, without specks of dirt; each dot belongs to the nearest part."""

from dataclasses import dataclass

import cv2
import numpy as np

from mnistsite.types import Box
from recognizer import compiled
from recognizer.preprocessing.normalization import INK_THRESHOLD

MAX_COMPONENTS = 40
"""A drawing with more of them, specks not counted, is not a number."""

MAX_WITH_SPECKS = 400
"""A drawing with as many, specks included, is not a number: each speck is compared with each component."""

MAX_BOX_PIXELS = 1 << 22
"""Pixels in the boxes of all components. A number's boxes hardly overlap. Those of rings within rings do, and
each pixel is read once for each box that it is in."""

SPECK = 0.15
"""Share of the tallest component's height: anything smaller in both directions is dirt, or part of the
nearest component."""


@dataclass(frozen=True, slots=True)
class Components:
    ink: np.ndarray
    """(height, width) uint8, without the ink that belongs to none of them."""
    labels: np.ndarray
    """(height, width) int: the component that a pixel belongs to; 0 for paper and dirt."""
    boxes: dict[int, Box]
    """By label; at least one."""

    @property
    def box(self) -> Box:
        """Around all of them."""
        return Box.around(self.boxes.values())

    def mask(self, label: int) -> np.ndarray:
        """Which pixels of a component's box are its own."""
        return np.asarray(self.labels[self.boxes[label].window] == label)


def find_components(ink: np.ndarray) -> Components | None:
    """The connected parts of (height, width) uint8 ink, diagonals included. If all are specks, they stay.

    None where they are too many for a number, or their boxes too large.
    """
    found = _find_parts(ink)
    if found is None:
        return None
    labels, parts = found
    size = SPECK * max(box.height for box in parts.values())
    boxes = {label: box for label, box in parts.items() if max(box.width, box.height) >= size} or parts
    if len(boxes) > MAX_COMPONENTS:
        return None
    owners = np.arange(len(parts) + 1, dtype=labels.dtype)
    for speck in parts.keys() - boxes.keys():
        owner = min(boxes, key=lambda label: _distance(boxes[label], parts[speck]))
        owners[speck] = owner if _distance(boxes[owner], parts[speck]) < size else 0
        if owners[speck]:
            boxes[owner] = Box.around((boxes[owner], parts[speck]))
    if sum(box.area for box in boxes.values()) > MAX_BOX_PIXELS:
        return None
    if len(boxes) == len(parts):
        return Components(ink, labels, boxes)
    owned = owners[labels]
    dirt = ((labels > 0) & (owned == 0)).view(np.uint8)
    clean = np.asarray(ink * (1 - cv2.dilate(dirt, np.ones((5, 5), np.uint8))))
    return Components(clean, owned, boxes)


def _find_parts(ink: np.ndarray) -> tuple[np.ndarray, dict[int, Box]] | None:
    """The label of each pixel, and the box of each label; None if there are too many, specks included."""
    if kernels := compiled.kernels_for(ink):
        count, boxes, labels = kernels.find_parts(np.ascontiguousarray(ink), MAX_WITH_SPECKS - 1)
        if count >= MAX_WITH_SPECKS:
            return None
    else:
        mask = (ink >= INK_THRESHOLD * int(ink.max())).view(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
        if count > MAX_WITH_SPECKS:
            return None
        boxes = stats[1:, :4]
    return labels, {label: Box(*box) for label, box in enumerate(boxes.tolist(), start=1)}


def _distance(one: Box, other: Box) -> int:
    """Pixels between two boxes along the axis on which they are farther apart."""
    across = max(one.x, other.x) - min(one.x + one.width, other.x + other.width)
    down = max(one.y, other.y) - min(one.y + one.height, other.y + other.height)
    return max(across, down)
