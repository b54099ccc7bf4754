"""Which pieces of a drawing are digits together: the best path through all that might be.

Source: the heuristic over-segmentation of LeCun et al. 1998, section VI, with a network that has learned to
refuse, among other non-digits, pairs and halves of digits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnistsite.types import Box
from recognizer.outputs import Classification
from recognizer.preprocessing.normalization import normalize
from recognizer.segmentation.pieces import Segmentation

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

LIKELY_MARGIN = 3.0
"""The margin at which a candidate is as likely a digit as a non-digit."""

Span = tuple[int, int]
"""The first and the last of some neighbouring pieces."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Neighbouring pieces that may be one digit."""

    span: Span
    network_input: np.ndarray
    box: Box
    cost: float


def find_candidates(ink: np.ndarray, segmentation: Segmentation) -> list[Candidate]:
    """All runs of pieces that may be a digit, in the order of their first piece.

    Where there are too many, long runs are left out; empty where even single pieces are too large.
    """
    boxes = [piece.box for piece in segmentation.pieces]
    tallest = max(box.height for box in boxes)
    for longest in range(MAX_RUN, 0, -1):
        spans = _spans(boxes, longest, tallest)
        pixels = sum(Box.around(boxes[first : last + 1]).area for first, last in spans)
        if len(spans) <= MAX_CANDIDATES and pixels <= MAX_CANDIDATE_PIXELS:
            break
    else:
        return []
    candidates = []
    for span in spans:
        digit, box = segmentation.cut_out(ink, *span)
        cost = CUT_COST * segmentation.pieces[span[0]].is_cut + shape_cost(box, tallest)
        candidates.append(Candidate(span, normalize(digit), box, cost))
    return candidates


def best_path(
    candidates: Sequence[Candidate], classifications: Sequence[Classification]
) -> tuple[list[int], float]:
    """The indices of the candidates that explain all pieces best, from left to right, and their value.

    Dynamic programming from left to right (Viterbi 1967).
    """
    pieces = max(candidate.span[1] for candidate in candidates) + 1
    best, through = [0.0] + [-math.inf] * pieces, [-1] * (pieces + 1)
    for i, (candidate, classification) in enumerate(zip(candidates, classifications, strict=True)):
        first, last = candidate.span
        value = best[first] + confidence(classification) - candidate.cost
        if value > best[last + 1]:
            best[last + 1], through[last + 1] = value, i
    path, end = [], pieces
    while end:
        path.append(through[end])
        end = candidates[through[end]].span[0]
    return path[::-1], best[pieces]


def confidence(classification: Classification) -> float:
    """The logarithm of the likelihood that there is a digit, and that it is the most probable one."""
    is_digit = -float(np.logaddexp(0, LIKELY_MARGIN - classification.margin))
    return math.log(float(classification.probabilities.max())) + is_digit


def shape_cost(box: Box, tallest: int) -> float:
    """What a digit of this shape loses against one of the drawing's height."""
    low, wide = LOW - box.height / tallest, box.width / box.height - WIDE
    return LOW_COST * max(0.0, low) + WIDE_COST * max(0.0, wide)


def _spans(boxes: Sequence[Box], longest: int, tallest: int) -> list[Span]:
    """All runs of at most `longest` pieces that are not too wide for a digit."""
    spans = []
    for first in range(len(boxes)):
        for last in range(first, min(first + longest, len(boxes))):
            box = Box.around(boxes[first : last + 1])
            if last > first and box.width > MAX_ASPECT * tallest:
                break
            spans.append((first, last))
    return spans
