"""A drawing's ink, taken apart into pieces of which each belongs to one digit.

Over-segmentation, as Casey and Lecolinet call it in "A Survey of Methods and Strategies in Character
Segmentation", IEEE TPAMI 18(7), 1996: there are more pieces than digits, and the recogniser decides which of
them belong together. Pieces are the connected components, and the wide ones' parts between cuts.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from mnistsite.types import Box
from recognizer.segmentation.components import Components
from recognizer.segmentation.cuts import find_cuts

MAX_PIECES = 60

MAX_CUTS = 120
"""Cuts that are sought in one drawing: more than a number can have, as not all of them exist."""

UNCUT_ASPECT, UNCUT_HEIGHT = 0.5, 0.45
"""Width to height up to which a component is one digit at most, and the same for its share of the tallest
one's height."""

CUTS_PER_HEIGHT = 4
"""Cuts at most through a component, for each time that it is as wide as the tallest one is high."""


@dataclass(frozen=True, slots=True)
class Piece:
    box: Box
    is_cut: bool
    """Whether there is a cut at its left, and not paper."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    labels: np.ndarray
    """(height, width) uint8: the piece that a pixel belongs to, counted from 1; 0 for paper."""
    pieces: tuple[Piece, ...]
    """From left to right."""

    def cut_out(self, ink: np.ndarray, first: int, last: int) -> tuple[np.ndarray, Box]:
        """The ink of some neighbouring pieces alone, within their box. The last is included."""
        box = Box.around(piece.box for piece in self.pieces[first : last + 1])
        labels = self.labels[box.window]
        return ink[box.window] * ((labels > first) & (labels <= last + 1)), box


def segment(ink: np.ndarray, components: Components, *, whole: Collection[int]) -> Segmentation | None:
    """The pieces of a drawing, or None where there are too many for a number.

    whole: labels of components that are not to be cut.
    """
    tallest = max(box.height for box in components.boxes.values())
    limits = {
        label: 0 if label in whole else _cut_limit(box, tallest) for label, box in components.boxes.items()
    }
    if sum(limits.values()) > MAX_CUTS:
        return None
    pieces: list[tuple[Piece, np.ndarray]] = []
    for label, box in components.boxes.items():
        mask = components.mask(label)
        if limits[label]:
            cuts = find_cuts(ink[box.window] * mask, limit=limits[label], tallest=tallest)
            pieces += _cut_apart(mask, box, cuts)
        else:
            pieces.append((Piece(box, is_cut=False), mask))
        if len(pieces) > MAX_PIECES:
            return None
    pieces.sort(key=lambda each: each[0].box.x + each[0].box.width / 2)
    return Segmentation(_painted(ink.shape, pieces), tuple(piece for piece, _ in pieces))


def _cut_limit(box: Box, tallest: int) -> int:
    """How many cuts a component of this box may have: 0 if it is narrow or low."""
    is_narrow = box.width <= UNCUT_ASPECT * box.height or box.height < UNCUT_HEIGHT * tallest
    return 0 if is_narrow else int(CUTS_PER_HEIGHT * box.width / tallest)


def _cut_apart(mask: np.ndarray, box: Box, cuts: list[np.ndarray]) -> Iterator[tuple[Piece, np.ndarray]]:
    """A component's pieces, each with the mask of its pixels within its box.

    A piece is sought only in the columns between its cuts: a component may have a hundred of them.
    """
    left_edge, right_edge = np.zeros(box.height, np.int64), np.full(box.height, box.width)
    borders = np.sort(np.stack([left_edge, *cuts, right_edge]), axis=0)
    for i, (left, right) in enumerate(pairwise(borders)):
        first, last = int(left.min()), int(right.max())
        columns = np.arange(first, last)
        is_between = (columns >= left[:, np.newaxis]) & (columns < right[:, np.newaxis])
        part = mask[:, first:last] & is_between
        if part.any():
            yield _trimmed(part, replace(box, x=box.x + first), is_cut=i > 0)


def _trimmed(part: np.ndarray, box: Box, *, is_cut: bool) -> tuple[Piece, np.ndarray]:
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    y, x = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) - y + 1, int(columns[-1]) - x + 1
    piece = Piece(Box(x=box.x + x, y=box.y + y, width=width, height=height), is_cut)
    return piece, part[y : y + height, x : x + width]


def _painted(shape: tuple[int, ...], pieces: list[tuple[Piece, np.ndarray]]) -> np.ndarray:
    """Labels of all pieces; the faint edge around the ink belongs to the piece that it touches."""
    labels = np.zeros(shape, np.uint8)
    for label, (piece, mask) in enumerate(pieces, start=1):
        labels[piece.box.window][mask] = label
    return np.where(labels, labels, cv2.dilate(labels, np.ones((3, 3), np.uint8)))
