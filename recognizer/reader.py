"""A drawing read as one number: its digits, from left to right.

Most drawings are one digit. So the whole is tried first, and is the answer if the network is sure of it and
nothing suggests several digits. Otherwise the ink is taken apart and put together in the most likely way.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from mnistsite.types import Box
from recognizer.outputs import Classification
from recognizer.preprocessing.normalization import find_box, normalize
from recognizer.preprocessing.reduction import enlarge_box, reduce
from recognizer.segmentation.components import Components, find_components
from recognizer.segmentation.lattice import best_path, confidence, find_candidates, shape_cost
from recognizer.segmentation.pieces import segment

Classify = Callable[[Sequence[np.ndarray]], Sequence[Classification]]
"""What the network says of inputs of (28, 28) float32."""

SURE = 0.87
"""Probability from which something that is accepted as a digit needs no other explanation."""

ONE_DIGIT_ASPECT = 1.4
"""Width to height up to which something may be one digit."""

TALL = 0.4
"""Share of the drawing's height above which a part may be a digit by itself."""

WHOLE_VALUE = 3.0
"""Logarithm of how much more often something of one tall part is one digit than several that touch."""


class ReadDigit(NamedTuple):
    """A digit, where it is in the ink, and what the network says of it."""

    network_input: np.ndarray
    box: Box
    classification: Classification


def read(ink: np.ndarray, classify: Classify) -> list[ReadDigit]:
    """The digits in a drawing's ink, (height, width) uint8 with paper 0; at least one.

    Time and memory are bounded for ink of any form: reduce() bounds what is read once, and the limits of
    components, segmentation and lattice bound what is read many times.
    """
    reduced, factor = reduce(ink)
    digits = _read_reduced(reduced, classify)
    if factor == 1:
        return digits
    return [digit._replace(box=enlarge_box(digit.box, factor, ink.shape)) for digit in digits]


def _read_reduced(ink: np.ndarray, classify: Classify) -> list[ReadDigit]:
    components = find_components(ink)
    if components is None:  # Too many for a number, so it is read as one digit.
        box = find_box(ink)
        whole = normalize(ink[box.window])
        (classification,) = classify([whole])
        return [ReadDigit(whole, box, classification)]
    ink, box = components.without_dirt(ink), components.box
    whole, parts = normalize(ink[box.window]), {}
    if len(components.boxes) > 1:
        parts = {
            label: normalize(ink[own.window] * components.mask(label))
            for label, own in components.boxes.items()
        }
    of_whole, *of_parts = classify([whole, *parts.values()])
    has_one_tall = sum(own.height > TALL * box.height for own in components.boxes.values()) <= 1
    as_one_digit = [ReadDigit(whole, box, of_whole)]
    if has_one_tall and _is_narrow(box) and _is_sure(of_whole):
        return as_one_digit
    sure = {label for label, of_part in zip(parts, of_parts, strict=True) if _is_sure(of_part)}
    uncut = {label for label in sure if _is_narrow(components.boxes[label])}
    value = confidence(of_whole) - shape_cost(box, box.height) + WHOLE_VALUE * has_one_tall
    return _read_apart(ink, components, uncut, classify, better_than=value) or as_one_digit


def _read_apart(
    ink: np.ndarray, components: Components, uncut: set[int], classify: Classify, *, better_than: float
) -> list[ReadDigit]:
    """The digits of the best way to take the drawing apart; empty if there is no better one."""
    segmentation = segment(ink, components, whole=uncut)
    if segmentation is None or len(segmentation.pieces) < 2:
        return []
    candidates = find_candidates(ink, segmentation)
    if not candidates:
        return []
    classifications = classify([candidate.network_input for candidate in candidates])
    path, value = best_path(candidates, classifications)
    if len(path) < 2 or value <= better_than:
        return []
    return [ReadDigit(candidates[i].network_input, candidates[i].box, classifications[i]) for i in path]


def _is_narrow(box: Box) -> bool:
    return box.width <= ONE_DIGIT_ASPECT * box.height


def _is_sure(classification: Classification) -> bool:
    return classification.accepted and float(classification.probabilities.max()) > SURE
