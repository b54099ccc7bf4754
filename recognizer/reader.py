"""A drawing read as one number: its digits, from left to right.

Most drawings are one digit. So the whole is tried first, and where the network is sure of it and nothing
speaks for several, that is all. Otherwise the ink is taken apart, and put together to what is most likely.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from mnistsite.types import Box
from recognizer.preprocessing.normalization import NormalizedDigit, find_box, normalize
from recognizer.preprocessing.reduction import enlarge_box, reduce
from recognizer.segmentation.components import Components, find_components
from recognizer.segmentation.lattice import best_path, confidence, find_candidates, shape_cost
from recognizer.segmentation.pieces import segment
from recognizer.types import Classification

Network = Callable[[Sequence[np.ndarray]], Sequence[Classification]]
"""What fields of (28, 28) float32 show."""

SURE = 0.87
"""Probability from which something that is accepted as a digit needs no other explanation."""

ONE_DIGIT_ASPECT = 1.4
"""Width to height up to which something may be one digit."""

TALL = 0.4
"""Height in the drawing's, above which a part may be a digit by itself."""

WHOLE_VALUE = 3.0
"""Logarithm of how much more often something of one tall part is one digit than several that touch."""


class ReadDigit(NamedTuple):
    normalized: NormalizedDigit
    answer: Classification


def read(ink: np.ndarray, network: Network) -> list[ReadDigit]:
    """The digits in a drawing's ink, (height, width) uint8 with paper 0; at least one.

    Time and memory are bounded for ink of any form: reduce() bounds what is read once, and the limits of
    components, segmentation and lattice bound what is read many times.
    """
    reduced, factor = reduce(ink)
    found = _read(reduced, network)
    if factor == 1:
        return found
    return [
        ReadDigit(NormalizedDigit(digit.field, enlarge_box(digit.box, factor, ink.shape)), answer)
        for digit, answer in found
    ]


def _read(ink: np.ndarray, network: Network) -> list[ReadDigit]:
    components = find_components(ink)
    if components is None:
        return [_only(normalize(ink, find_box(ink)), network)]
    ink = components.without_dirt(ink)
    whole = normalize(ink, components.box)
    parts = _parts(ink, components)
    answer, *of_parts = network([whole.field, *parts.values()])
    has_one = _has_one_tall_part(components)
    if has_one and _is_narrow(components.box) and _is_sure(answer):
        return [ReadDigit(whole, answer)]
    sure = {label for label, of_part in zip(parts, of_parts, strict=True) if _is_sure(of_part)}
    uncut = {label for label in sure if _is_narrow(components.boxes[label])}
    value = confidence(answer) - shape_cost(whole.box, whole.box.height) + WHOLE_VALUE * has_one
    return _apart(ink, components, uncut, network, better_than=value) or [ReadDigit(whole, answer)]


def _apart(
    ink: np.ndarray, components: Components, uncut: set[int], network: Network, *, better_than: float
) -> list[ReadDigit]:
    """The digits of the best way to take the drawing apart, or none if there is no better one."""
    segmentation = segment(ink, components, whole=uncut)
    if segmentation is None or len(segmentation.pieces) < 2:
        return []
    candidates = find_candidates(ink, segmentation)
    if not candidates:
        return []
    answers = network([candidate.normalized.field for candidate in candidates])
    path, value = best_path(candidates, answers)
    if len(path) < 2 or value <= better_than:
        return []
    return [ReadDigit(candidates[i].normalized, answers[i]) for i in path]


def _parts(ink: np.ndarray, components: Components) -> dict[int, np.ndarray]:
    """Fields of the components by themselves, where there are several."""
    if len(components.boxes) == 1:
        return {}
    return {label: _part(ink, components, label) for label in components.boxes}


def _part(ink: np.ndarray, components: Components, label: int) -> np.ndarray:
    box = components.boxes[label]
    own = ink[box.window] * components.mask(label)
    return normalize(own, Box(x=0, y=0, width=box.width, height=box.height)).field


def _has_one_tall_part(components: Components) -> bool:
    height = components.box.height
    return sum(box.height > TALL * height for box in components.boxes.values()) <= 1


def _is_narrow(box: Box) -> bool:
    return box.width <= ONE_DIGIT_ASPECT * box.height


def _is_sure(answer: Classification) -> bool:
    return answer.accepted and float(answer.probabilities.max()) > SURE


def _only(whole: NormalizedDigit, network: Network) -> ReadDigit:
    (answer,) = network([whole.field])
    return ReadDigit(whole, answer)
