"""Which pieces of a drawing are digits together: the best path through all that might be.

Source: the heuristic over-segmentation of LeCun et al. 1998, section VI, with a network that has learned,
from pairs and halves of digits among other things, what is none.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnistsite.types import Box
from recognizer.preprocessing.normalization import NormalizedDigit, normalize
from recognizer.segmentation.pieces import Segmentation
from recognizer.types import Classification

MAX_RUN = 4
"""Pieces that may be one digit together."""

MAX_ASPECT = 1.7
"""Width of several pieces to the height of the tallest, beyond which they are no digit together."""

MAX_CANDIDATES, MAX_CANDIDATE_PIXELS = 96, 1 << 23
"""How many there may be, and how large all of their boxes: what one drawing may cost."""

CUT_COST = 1.0
"""All costs and values are natural logarithms of likelihoods. Digits touch less often than not."""

LOW, LOW_COST = 0.8, 4.0
"""Height in the tallest piece's from which nothing is lost, and what is for each height less."""

WIDE, WIDE_COST = 0.9, 5.0
"""Width to height up to which nothing is lost, and what is for each width more."""

LIKELY_MARGIN = 3.0
"""By how much a score is above the threshold where a candidate is as likely a digit as none."""

Span = tuple[int, int]
"""The first and the last of some neighbouring pieces."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Neighbouring pieces that may be one digit."""

    span: Span
    normalized: NormalizedDigit
    cost: float


def find_candidates(ink: np.ndarray, segmentation: Segmentation) -> list[Candidate]:
    """All runs of pieces that may be a digit, by their first.

    No long runs where there are too many, and none at all where even single pieces are too large.
    """
    boxes = [piece.box for piece in segmentation.pieces]
    tallest = max(box.height for box in boxes)
    for longest in range(MAX_RUN, 0, -1):
        spans = _spans(boxes, longest, tallest)
        pixels = sum(Box.around(boxes[first : last + 1]).area for first, last in spans)
        if len(spans) <= MAX_CANDIDATES and pixels <= MAX_CANDIDATE_PIXELS:
            return [_candidate(ink, segmentation, span, tallest) for span in spans]
    return []


def best_path(candidates: Sequence[Candidate], answers: Sequence[Classification]) -> tuple[list[int], float]:
    """The indices of the candidates that explain all pieces best, from left to right, and their value.

    Dynamic programming from left to right (Viterbi 1967).
    """
    pieces = max(candidate.span[1] for candidate in candidates) + 1
    best, through = [0.0] + [-math.inf] * pieces, [-1] * (pieces + 1)
    for i, (candidate, answer) in enumerate(zip(candidates, answers, strict=True)):
        first, last = candidate.span
        value = best[first] + confidence(answer) - candidate.cost
        if value > best[last + 1]:
            best[last + 1], through[last + 1] = value, i
    path, end = [], pieces
    while end:
        path.append(through[end])
        end = candidates[through[end]].span[0]
    return path[::-1], best[pieces]


def confidence(answer: Classification) -> float:
    """The logarithm of how likely it is that there is a digit, and that it is the one that was answered."""
    is_digit = -float(np.logaddexp(0, LIKELY_MARGIN - answer.margin))
    return math.log(float(answer.probabilities.max())) + is_digit


def shape_cost(box: Box, tallest: int) -> float:
    """What a digit of this shape loses, beside one of the drawing's height."""
    low, wide = LOW - box.height / tallest, box.width / box.height - WIDE
    return LOW_COST * max(0.0, low) + WIDE_COST * max(0.0, wide)


def _spans(boxes: Sequence[Box], longest: int, tallest: int) -> list[Span]:
    found = []
    for first in range(len(boxes)):
        for last in range(first, min(first + longest, len(boxes))):
            box = Box.around(boxes[first : last + 1])
            if last > first and box.width > MAX_ASPECT * tallest:
                break
            found.append((first, last))
    return found


def _candidate(ink: np.ndarray, segmentation: Segmentation, span: Span, tallest: int) -> Candidate:
    cut_out, box = segmentation.cut_out(ink, *span)
    field = normalize(cut_out, Box(x=0, y=0, width=box.width, height=box.height)).field
    is_cut = segmentation.pieces[span[0]].is_cut
    return Candidate(span, NormalizedDigit(field, box), CUT_COST * is_cut + shape_cost(box, tallest))
