"""Which pieces of a drawing are digits together: the best path through all runs of pieces that may be one.

Over-segmentation, as Casey and Lecolinet call it in "A Survey of Methods and Strategies in Character
Segmentation", IEEE TPAMI 18(7), 1996: there are more pieces than digits. Pieces are the connected components,
and the wide ones' parts between cuts. The network decides which of them belong together.
Source: the heuristic over-segmentation of LeCun et al. 1998, section VI, with a network that has learned to
refuse, among other non-digits, pairs and halves of digits.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from mnistsite.types import Box
from recognizer.outputs import Classification
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

MAX_RUN = 4
"""Pieces that may be one digit together."""

MAX_ASPECT = 1.7
"""Width of several pieces to the height of the tallest, beyond which they are not one digit together."""

MAX_CANDIDATES, MAX_CANDIDATE_PIXELS = 96, 1 << 23
"""How many there may be, and how many pixels in all of their boxes: they bound what one drawing costs."""

CUT_COST = 1.0
"""Of a cut, because most digits do not touch. All costs and values are natural logarithms of likelihoods."""

LOW, LOW_COST = 0.8, 4.0
"""Share of the tallest piece's height from which there is no cost, and the cost of each height less."""

WIDE, WIDE_COST = 0.9, 5.0
"""Width to height up to which there is no cost, and the cost of each height that it is wider."""

ROUNDING = 1e-9
"""Of sums of values."""

LIKELY_MARGIN = 3.0
"""The margin at which a candidate is as likely a digit as a non-digit."""


@dataclass(frozen=True, slots=True)
class Piece:
    box: Box
    is_cut: bool
    """Whether there is a cut at its left, and not paper."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    ink: np.ndarray
    """(height, width) uint8."""
    labels: np.ndarray
    """(height, width) uint8: the piece that a pixel belongs to, counted from 1; 0 for paper."""
    pieces: tuple[Piece, ...]
    """From left to right."""

    def cut_out(self, first: int, last: int) -> tuple[np.ndarray, Box]:
        """The ink of some neighbouring pieces alone, within their box. The last is included."""
        box = Box.around(piece.box for piece in self.pieces[first : last + 1])
        labels = self.labels[box.window]
        return self.ink[box.window] * ((labels > first) & (labels <= last + 1)), box


@dataclass(frozen=True, slots=True)
class Candidate:
    """Neighbouring pieces that may be one digit."""

    first: int
    last: int
    box: Box
    cost: float


def segment(components: Components, *, whole: Collection[int]) -> Segmentation | None:
    """The pieces of a drawing, or None where there are too many for a number.

    whole: labels of components that are not to be cut.
    """
    tallest = max(box.height for box in components.boxes.values())
    limits = {
        label: int(CUTS_PER_HEIGHT * box.width / tallest)
        for label, box in components.boxes.items()
        if label not in whole
        and box.width > UNCUT_ASPECT * box.height
        and box.height >= UNCUT_HEIGHT * tallest
    }
    if sum(limits.values()) > MAX_CUTS:
        return None
    pieces: list[tuple[Piece, np.ndarray]] = []
    for label, box in components.boxes.items():
        mask = components.mask(label)
        if limits.get(label):
            cuts = find_cuts(components.ink[box.window] * mask, limit=limits[label], tallest=tallest)
            pieces += _cut_apart(mask, box, cuts)
        else:
            pieces.append((Piece(box, is_cut=False), mask))
        if len(pieces) > MAX_PIECES:
            return None
    pieces.sort(key=lambda each: each[0].box.x + each[0].box.width / 2)
    labels = np.zeros(components.ink.shape, np.uint8)
    for number, (piece, mask) in enumerate(pieces, start=1):
        labels[piece.box.window][mask] = number
    # The faint edge around the ink belongs to the piece that it touches.
    labels = np.where(labels, labels, cv2.dilate(labels, np.ones((3, 3), np.uint8)))
    return Segmentation(components.ink, labels, tuple(piece for piece, _ in pieces))


def _cut_apart(mask: np.ndarray, box: Box, cuts: list[np.ndarray]) -> Iterator[tuple[Piece, np.ndarray]]:
    """A component's pieces, each with the mask of its pixels within its box.

    A piece is sought only in the columns between its cuts: a component may have a hundred of them.
    """
    left_edge, right_edge = np.zeros(box.height, np.int64), np.full(box.height, box.width)
    borders = np.sort(np.stack([left_edge, *cuts, right_edge]), axis=0)
    for i, (left, right) in enumerate(pairwise(borders)):
        start, end = int(left.min()), int(right.max())
        between = np.arange(start, end)
        is_between = (between >= left[:, np.newaxis]) & (between < right[:, np.newaxis])
        part = mask[:, start:end] & is_between
        if not part.any():
            continue
        rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
        y, x = int(rows[0]), int(columns[0])
        height, width = int(rows[-1]) - y + 1, int(columns[-1]) - x + 1
        piece = Piece(Box(box.x + start + x, box.y + y, width, height), is_cut=i > 0)
        yield piece, part[y : y + height, x : x + width]


def find_candidates(segmentation: Segmentation) -> list[Candidate]:
    """All runs of pieces that may be a digit, in the order of their first piece.

    Where there are too many, long runs are left out; empty where even single pieces are too large.
    """
    boxes = [piece.box for piece in segmentation.pieces]
    tallest = max(box.height for box in boxes)
    candidates: list[Candidate] = []
    for first in range(len(boxes)):
        cost_of_cut = CUT_COST * segmentation.pieces[first].is_cut
        for last in range(first, min(first + MAX_RUN, len(boxes))):
            box = Box.around(boxes[first : last + 1])
            if last > first and box.width > MAX_ASPECT * tallest:
                break
            candidates.append(Candidate(first, last, box, cost_of_cut + shape_cost(box, tallest)))
    for longest in range(MAX_RUN, 0, -1):
        candidates = [each for each in candidates if each.last - each.first < longest]
        pixels = sum(each.box.area for each in candidates)
        if len(candidates) <= MAX_CANDIDATES and pixels <= MAX_CANDIDATE_PIXELS:
            return candidates
    return []


def promising(
    candidates: Sequence[Candidate], known: Mapping[Candidate, Classification], *, least: float
) -> list[Candidate]:
    """Those that are not known yet, and may be part of a path whose value is more than `least`.

    known: the classifications of some candidates in their order, all single pieces among them. A candidate is
    worth its confidence, which is at most 0, less its cost. So the best path through it, if all unknown ones
    on it were certain digits, has a value that is a bound (branch and bound; Land and Doig 1960). Without the
    candidates whose bound is below the best path through known ones, best_path() finds the same.
    """
    pieces = max(candidate.last for candidate in candidates) + 1
    likely = {each: confidence(known[each]) if each in known else 0.0 for each in candidates}
    values = {each: likely[each] - each.cost for each in candidates}
    to, since = [0.0] + [-math.inf] * pieces, [-math.inf] * pieces + [0.0]
    for each in candidates:
        to[each.last + 1] = max(to[each.last + 1], to[each.first] + values[each])
    for each in reversed(candidates):
        since[each.first] = max(since[each.first], since[each.last + 1] + values[each])
    _, best_known = best_path(list(known), list(known.values()))
    least = max(least, best_known) - ROUNDING
    return [
        each
        for each in candidates
        if each not in known and to[each.first] + values[each] + since[each.last + 1] >= least
    ]


def best_path(
    candidates: Sequence[Candidate], classifications: Sequence[Classification]
) -> tuple[list[int], float]:
    """The indices of the candidates that explain all pieces best, from left to right, and their value.

    Dynamic programming from left to right (Viterbi 1967).
    """
    pieces = max(candidate.last for candidate in candidates) + 1
    best, through = [0.0] + [-math.inf] * pieces, [-1] * (pieces + 1)
    for i, (candidate, classification) in enumerate(zip(candidates, classifications, strict=True)):
        value = best[candidate.first] + confidence(classification) - candidate.cost
        if value > best[candidate.last + 1]:
            best[candidate.last + 1], through[candidate.last + 1] = value, i
    path, end = [], pieces
    while end:
        path.append(through[end])
        end = candidates[through[end]].first
    return path[::-1], best[pieces]


def confidence(classification: Classification) -> float:
    """The logarithm of the likelihood that there is a digit, and that it is the most probable one."""
    is_digit = -float(np.logaddexp(0, LIKELY_MARGIN - classification.margin))
    return math.log(float(classification.probabilities.max())) + is_digit


def shape_cost(box: Box, tallest: int) -> float:
    """What a digit of this shape loses against one of the drawing's height."""
    low, wide = LOW - box.height / tallest, box.width / box.height - WIDE
    return LOW_COST * max(0.0, low) + WIDE_COST * max(0.0, wide)
