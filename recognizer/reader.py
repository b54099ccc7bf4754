"""A drawing read as one number: its digits, from left to right.

Most drawings are one digit. So the whole is tried first, and is the result if the network is sure of it and
nothing suggests several digits. Otherwise the ink is taken apart and put together in the most likely way.
A large drawing is read on a smaller copy: a digit needs fewer pixels than a photograph has.
"""

import math
from collections.abc import Generator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from mnistsite.types import Box
from recognizer.outputs import Classification, Classify
from recognizer.preprocessing.normalization import find_box, normalize
from recognizer.segmentation.components import find_components
from recognizer.segmentation.lattice import (
    Candidate,
    Segmentation,
    best_path,
    confidence,
    find_candidates,
    promising,
    segment,
    shape_cost,
)

MAX_PIXELS = 1 << 20
"""Of the ink that is read. The default settings let in drawings of four times as many."""

SURE = 0.87
"""Probability from which something that is accepted as a digit needs no other explanation."""

ONE_DIGIT_ASPECT = 1.4
"""Width to height up to which something may be one digit."""

TALL = 0.4
"""Share of the drawing's height above which a part may be a digit by itself."""

WHOLE_VALUE = 3.0
"""Logarithm of how much more often something of one tall part is one digit than several that touch."""


class ReadDigit(NamedTuple):
    """A digit, where it is in the ink, and the network's result for it."""

    network_input: np.ndarray
    box: Box
    classification: Classification


Steps = Generator[Sequence[np.ndarray], Sequence[Classification], list[ReadDigit]]
"""Yields inputs to classify, is sent their classifications, and returns the digits: at least one."""


def read(ink: np.ndarray, classify: Classify) -> list[ReadDigit]:
    """The digits in a drawing's ink, (height, width) uint8 with paper 0; at least one.

    Time and memory are bounded for ink of any form: reduce() limits the ink that is read once, and components
    and lattice limit the parts that are read many times.
    """
    steps = read_in_steps(ink)
    inputs = next(steps)
    while True:
        try:
            inputs = steps.send(classify(inputs))
        except StopIteration as end:
            digits: list[ReadDigit] = end.value
            return digits


def read_in_steps(ink: np.ndarray) -> Steps:
    """The same, for a caller that waits for the network in a way of its own."""
    reduced, factor = reduce(ink)
    digits = yield from _read_reduced(reduced)
    return [digit._replace(box=enlarge_box(digit.box, factor, ink.shape)) for digit in digits]


def reduce(ink: np.ndarray) -> tuple[np.ndarray, int]:
    """The ink on a copy of at most MAX_PIXELS, and the divisor of each side, mostly 1.

    ink: (height, width) uint8, paper 0, as in the copy. Each of its pixels is the mean of a square. Squares
    at the right and at the bottom may reach beyond the ink, where there is paper. The ink is first made
    stronger, up to 255, so that the mean of a square with one faint pixel is more than 0.
    """
    factor = 1
    while math.prod(sides := [math.ceil(side / factor) for side in ink.shape]) > MAX_PIXELS:
        factor += 1
    if factor == 1:
        return ink, factor
    beyond = [reduced * factor - side for reduced, side in zip(sides, ink.shape, strict=True)]
    strong = ink * np.uint8(255 // max(1, int(ink.max())))
    padded = cv2.copyMakeBorder(strong, 0, beyond[0], 0, beyond[1], cv2.BORDER_CONSTANT, value=(0,))
    return cv2.resize(padded, sides[::-1], interpolation=cv2.INTER_AREA), factor


def enlarge_box(box: Box, factor: int, shape: tuple[int, ...]) -> Box:
    """Where a box of reduced ink lies in the whole ink, whose (height, width) is `shape`."""
    height, width = shape
    x, y = box.x * factor, box.y * factor
    right, below = min((box.x + box.width) * factor, width), min((box.y + box.height) * factor, height)
    return Box(x=x, y=y, width=right - x, height=below - y)


def _read_reduced(ink: np.ndarray) -> Steps:
    components = find_components(ink)
    if components is None:  # Too many for a number, so it is read as one digit.
        box = find_box(ink)
        whole = normalize(ink[box.window])
        (of_whole,) = yield [whole]
        return [ReadDigit(whole, box, of_whole)]
    ink, boxes, box = components.ink, components.boxes, components.box
    whole = normalize(ink[box.window])
    has_one_tall = sum(own.height > TALL * box.height for own in boxes.values()) <= 1
    parts: dict[int, np.ndarray] = {}
    of_parts: Sequence[Classification] = ()
    if has_one_tall:  # As most drawings have: then the parts are needed only if the whole is not sure.
        (of_whole,) = yield [whole]
        if _is_surely_one(box, of_whole):
            return [ReadDigit(whole, box, of_whole)]
    if len(boxes) > 1:
        parts = {label: normalize(ink[own.window] * components.mask(label)) for label, own in boxes.items()}
    if not has_one_tall:
        of_whole, *of_parts = yield [whole, *parts.values()]
    elif parts:
        of_parts = yield [*parts.values()]
    as_one_digit = [ReadDigit(whole, box, of_whole)]
    sure = {label for label, said in zip(parts, of_parts, strict=True) if _is_surely_one(boxes[label], said)}
    segmentation = segment(components, whole=sure)
    if segmentation is None or len(segmentation.pieces) < 2:
        return as_one_digit
    candidates = find_candidates(segmentation)
    if not candidates:
        return as_one_digit
    value_as_one = confidence(of_whole) - shape_cost(box, box.height) + WHOLE_VALUE * has_one_tall
    digits = yield from _read_as_several(segmentation, candidates, least=value_as_one)
    return digits if len(digits) > 1 else as_one_digit


def _read_as_several(segmentation: Segmentation, candidates: Sequence[Candidate], *, least: float) -> Steps:
    """The digits of the most probable candidates; none if their value is not more than `least`."""
    read: dict[Candidate, ReadDigit] = {}
    # The single pieces first: where these are digits, no others have to be tried.
    wanted = [candidate for candidate in candidates if candidate.first == candidate.last]
    while wanted:
        inputs = [normalize(segmentation.cut_out(each.first, each.last)[0]) for each in wanted]
        for candidate, network_input, classification in zip(wanted, inputs, (yield inputs), strict=True):
            read[candidate] = ReadDigit(network_input, candidate.box, classification)
        known = {each: read[each].classification for each in candidates if each in read}
        wanted = promising(candidates, known, least=least)
    path, value = best_path(list(known), list(known.values()))
    return [read[list(known)[i]] for i in path] if value > least else []


def _is_surely_one(box: Box, classification: Classification) -> bool:
    """Whether something is one digit and needs no other explanation."""
    is_narrow = box.width <= ONE_DIGIT_ASPECT * box.height
    is_sure = float(classification.probabilities.max()) > SURE
    return is_narrow and is_sure and classification.accepted
