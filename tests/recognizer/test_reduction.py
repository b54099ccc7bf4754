"""Large drawings are read on a copy, and their boxes are those of the drawing."""

import cv2
import numpy as np
import pytest

from mnistsite.types import Box
from recognizer.predictor import shared_predictor
from recognizer.reader import enlarge_box, read, reduce


@pytest.mark.parametrize(
    ("shape", "reduced", "factor"),
    [
        ((1024, 1024), (1024, 1024), 1),
        ((1024, 1025), (512, 513), 2),
        ((16384, 256), (8192, 128), 2),
        ((2048, 2048), (1024, 1024), 2),
        ((2049, 2049), (683, 683), 3),
    ],
)
def test_what_is_read_has_a_million_pixels_at_most(
    shape: tuple[int, int], reduced: tuple[int, int], factor: int
) -> None:
    copy, by = reduce(np.zeros(shape, np.uint8))
    assert (copy.shape, by) == (reduced, factor)


def test_each_pixel_of_the_copy_is_the_mean_of_a_square() -> None:
    ink = np.zeros((1025, 2001), np.uint8)
    ink[2:4, 6:8] = 255
    ink[11, 20] = 255
    ink[1024, 2000] = 255
    copy, _ = reduce(ink)
    assert copy[1, 3] == 255
    assert copy[5, 10] == 64
    assert copy[512, 1000] == 64
    assert np.count_nonzero(copy) == 3


def test_only_a_side_that_is_no_multiple_of_the_factor_reaches_beyond_the_ink() -> None:
    ink = np.zeros((1024, 1025), np.uint8)
    ink[1022:, :2] = 255
    ink[:, 1024] = 255
    copy, _ = reduce(ink)
    assert copy[511, 0] == 255
    assert (copy[:, 512] == 128).all()


def test_the_faintest_dot_is_kept() -> None:
    """One of 64 pixels whose mean it is: without it there would be no ink at all."""
    ink = np.zeros((8000, 8000), np.uint8)
    ink[4000, 4000] = 32
    copy, factor = reduce(ink)
    assert factor == 8
    assert np.argwhere(copy).tolist() == [[500, 500]]


def test_a_box_on_the_drawing_covers_the_squares_of_its_box_on_the_copy() -> None:
    shape = (2047, 2045)
    for box in (Box(0, 0, 1023, 1024), Box(5, 7, 1, 1), Box(1000, 1000, 23, 24)):
        enlarged = enlarge_box(box, 2, shape)
        assert enlarged.x + enlarged.width <= 2045
        assert enlarged.y + enlarged.height <= 2047
        assert (enlarged.x, enlarged.y) == (2 * box.x, 2 * box.y)
        assert (-(-enlarged.width // 2), -(-enlarged.height // 2)) == (box.width, box.height)
    assert enlarge_box(Box(5, 7, 1, 2), 2, shape) == Box(10, 14, 2, 4)
    assert enlarge_box(Box(1020, 1000, 3, 24), 2, shape) == Box(2040, 2000, 5, 47)


def test_a_number_on_a_large_drawing_is_read_and_its_boxes_are_on_that() -> None:
    ink = np.zeros((2000, 2000), np.uint8)
    for i, text in enumerate("174"):
        cv2.putText(ink, text, (200 + 550 * i, 1400), cv2.FONT_HERSHEY_SIMPLEX, 20, (255,), 50)
    found = read(ink, shared_predictor().classify)
    assert "".join(str(digit.classification.digit) for digit in found) == "174"
    assert [digit.box.x // 550 for digit in found] == [0, 1, 2]
    for digit in found:
        box = digit.box
        inside = ink[box.y : box.y + box.height, box.x : box.x + box.width]
        assert all(side.any() for side in (inside[:2], inside[-2:], inside[:, :2], inside[:, -2:]))
        assert 440 < box.height < 500
