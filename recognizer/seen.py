"""What the network saw of a record that was kept: found again by its digits' boxes, without the network."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate

import numpy as np
from django.conf import settings
from rest_framework.exceptions import APIException

from history.export.fields import FieldsLost
from history.records import Record
from mnistsite.types import Box
from recognizer.decoding import decode, find_ink_in
from recognizer.preprocessing.components import Components, find_components
from recognizer.preprocessing.normalization import normalize
from recognizer.preprocessing.reduction import reduce, reduce_box
from recognizer.preprocessing.segmentation import Segmentation, segment


def fields_of(record: Record) -> np.ndarray:
    """One field for each digit that was found: (n, 28, 28) uint8, ink 255 and paper 0.

    Raises FieldsLost when there is no ink in a box: a later version may find it elsewhere.
    """
    try:
        ink = find_ink_in(decode(record.drawing.content, max_pixels=settings.MAX_DRAWING_PIXELS).image)
    except APIException as error:
        raise FieldsLost(str(error.detail)) from error
    ink, factor = reduce(ink)
    boxes = [reduce_box(found.box, factor) for found in record.digits]
    return np.stack([as_grey(_field(window, box)) for window, box in _cut_out(ink, boxes)])


def as_grey(field: np.ndarray) -> np.ndarray:
    """A field in [0, 1] as uint8, ink 255."""
    return np.asarray((field * 255).round().astype(np.uint8))


def _field(ink: np.ndarray, box: Box) -> np.ndarray:
    if not ink[box.window].any():
        raise FieldsLost("There is no ink where a digit was found.")
    return normalize(ink, box).field


def _cut_out(ink: np.ndarray, boxes: Sequence[Box]) -> list[tuple[np.ndarray, Box]]:
    """For each digit the ink to look at, and its box in that."""
    if components := find_components(ink):
        ink = components.without_dirt(ink)
        if len(boxes) > 1 and (own := _taken_apart(ink, components, boxes)):
            return own
    return [(ink, box) for box in boxes]


def _taken_apart(
    ink: np.ndarray, components: Components, boxes: Sequence[Box]
) -> list[tuple[np.ndarray, Box]]:
    """Each digit's own ink, where others reach into its box; nothing if that cannot be told any more."""
    pieces = _pieces(ink, components, boxes)
    shares = _shares([piece.box for piece in pieces.pieces], boxes) if pieces else None
    if not pieces or not shares:
        return []
    spans = [(end - share, end - 1) for end, share in zip(accumulate(shares), shares, strict=True)]
    return [_from_corner(pieces.cut_out(ink, *span)[0]) for span in spans]


def _from_corner(ink: np.ndarray) -> tuple[np.ndarray, Box]:
    height, width = ink.shape
    return ink, Box(x=0, y=0, width=width, height=height)


def _pieces(ink: np.ndarray, components: Components, boxes: Sequence[Box]) -> Segmentation | None:
    """The pieces that the digits were put together from. What lies in one digit's box need not be cut."""
    whole = {
        label
        for label, part in components.boxes.items()
        if any(Box.around((box, part)) == box for box in boxes)
    }
    return segment(ink, components, whole=whole)


def _shares(parts: Sequence[Box], boxes: Sequence[Box]) -> list[int] | None:
    """How many neighbouring pieces each digit has: so many that they fill its box, and none is left over."""

    @cache  # A piece within two digits' boxes may be either's: with many of these there are millions of ways.
    def shares_from(first: int, digit: int) -> list[int] | None:
        if digit == len(boxes):
            return None if first < len(parts) else []
        for end in range(first + 1, len(parts) + 1):
            if Box.around(parts[first:end]) == boxes[digit]:
                rest = shares_from(end, digit + 1)
                if rest is not None:
                    return [end - first, *rest]
        return None

    return shares_from(0, 0)
