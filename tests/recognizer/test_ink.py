"""Ink on paper that is noisy, ruled, unevenly lit or lies on a table; and that flat paper stays as it is."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from recognizer.errors import BlankDrawing
from recognizer.lenet import Forward, load
from recognizer.outputs import probabilities
from recognizer.preprocessing import preprocess_digit
from recognizer.preprocessing.ink import find_ink, subtract_paper
from recognizer.preprocessing.normalization import INK_THRESHOLD, find_box
from testbed.drawings import on_canvas
from testbed.photographs import CONDITIONS, photograph
from tests.conftest import Digits

PARAMETERS = Path(__file__).resolve().parents[2] / "recognizer" / "parameters" / "lenet.params"
NOTHING = np.zeros((28, 28), np.uint8)
SHAPE = (400, 300)
DIGITS = 16


@pytest.fixture(scope="module")
def forward() -> Forward:
    return Forward(load(PARAMETERS))


def things(ink: np.ndarray) -> int:
    """How many separate things the box would be drawn around."""
    return int(cv2.connectedComponents((ink >= INK_THRESHOLD * ink.max()).astype(np.uint8))[0]) - 1


@pytest.mark.parametrize("name", CONDITIONS)
def test_clear_digits_are_read_from_any_paper(test_digits: Digits, forward: Forward, name: str) -> None:
    """Clear to the network as they are: what is between a 5 and a 6 may be either with noise on it."""
    plain = np.stack([preprocess_digit(image) for image in test_digits.images[:DIGITS]])
    is_clear = probabilities(forward.logits(plain)).max(axis=1) > 0.95
    assert is_clear.sum() >= DIGITS - 2
    pictures = [
        photograph(image, CONDITIONS[name], seed=seed, shape=SHAPE)
        for seed, image in enumerate(test_digits.images[:DIGITS])
    ]
    inputs = np.stack([preprocess_digit(picture) for picture in pictures])
    answers = forward.logits(inputs).argmax(axis=1)
    np.testing.assert_array_equal(answers[is_clear], test_digits.labels[:DIGITS][is_clear])


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("seed", range(3))
def test_paper_alone_is_blank_whatever_the_paper(name: str, seed: int) -> None:
    with pytest.raises(BlankDrawing):
        find_ink(photograph(NOTHING, CONDITIONS[name], seed=seed, shape=SHAPE))


@pytest.mark.parametrize("name", ["noise", "ruled", "squared", "table", "frame", "photo: ruled, shadow"])
def test_nothing_but_the_stroke_is_left(test_digits: Digits, name: str) -> None:
    """A seven is one stroke: no speck, line or shadow may stand beside it."""
    ink = find_ink(photograph(test_digits.images[0], CONDITIONS[name], seed=1, shape=SHAPE))
    assert things(ink) == 1
    assert (ink == 0).mean() > 0.8


def test_strokes_are_not_cut_where_a_ruling_crosses_them(test_digits: Digits) -> None:
    """The same seven in the same place, on paper with lines and on paper without."""
    ruled, plain = (
        find_ink(photograph(test_digits.images[0], CONDITIONS[name], seed=1, shape=SHAPE)) > 90
        for name in ("squared", "noise")
    )
    assert (ruled & plain).sum() > 0.9 * plain.sum()


@pytest.mark.parametrize("size", [280, 42])
@pytest.mark.parametrize("paper", [255, 0])
def test_flat_paper_is_measured_from_its_border(test_digits: Digits, size: int, paper: int) -> None:
    for digit in test_digits.images[:20]:
        drawing = np.asarray(on_canvas(digit, size=size, corner="lower right")) ^ np.uint8(255 - paper)
        np.testing.assert_array_equal(find_ink(drawing), subtract_paper(drawing, paper))


def test_mnist_images_and_their_boxes_are_flat(test_digits: Digits) -> None:
    for digit in test_digits.images:
        np.testing.assert_array_equal(find_ink(digit), digit)
        np.testing.assert_array_equal(find_ink(digit[4:24, 4:24]), digit[4:24, 4:24])


def test_a_digit_that_touches_the_edges_of_a_flat_canvas_is_no_ruling() -> None:
    drawing = np.full((280, 280), 255, np.uint8)
    drawing[:3] = drawing[138:141] = drawing[:138, :3] = 0
    np.testing.assert_array_equal(find_ink(drawing), 255 - drawing)


def test_a_stroke_of_a_noisy_scan_may_begin_at_its_edge() -> None:
    scan = np.full((280, 280), 235.0)
    scan[60:72, 20:140] = scan[:200, 128:140] = 60
    scan += np.random.default_rng(3).normal(0, 6, scan.shape)
    box = find_box(find_ink(scan.clip(0, 255).astype(np.uint8)))
    assert box.y == 0
    assert (box.x, box.width, box.height) == pytest.approx((20, 120, 200), abs=4)


@pytest.mark.parametrize("turns", range(4))
def test_what_lies_along_any_edge_of_a_scan_is_no_ink(turns: int) -> None:
    """A shadow of a book's back is not straight. What is straight is erased as a ruling before."""
    scan = np.full((280, 280), 235.0)
    scan[60:72, 80:150] = scan[60:200, 138:150] = 60
    for y in range(5, 275):
        scan[y, : round(30 + 15 * np.sin(y / 9))] = 60
    scan += np.random.default_rng(3).normal(0, 6, scan.shape)
    turned = np.rot90(scan.clip(0, 255).astype(np.uint8), turns).copy()
    box = find_box(find_ink(turned))
    assert (max(box.width, box.height), min(box.width, box.height)) == pytest.approx((140, 70), abs=4)


def test_a_small_thin_digit_on_a_large_noisy_page_is_found() -> None:
    """Its ink is a thousandth of the page, less than the share that tells how strong ink is."""
    page = np.full((640, 480), 225.0)
    page[300:340, 200:203] = page[300:303, 180:203] = 50
    page += np.random.default_rng(5).normal(0, 8, page.shape)
    box = find_box(find_ink(page.clip(0, 255).astype(np.uint8)))
    assert (box.x, box.y, box.width, box.height) == pytest.approx((180, 300, 23, 40), abs=3)


@pytest.mark.parametrize("shape", [(1, 1), (4, 1), (1, 40), (40, 1), (2, 3), (3, 900), (17, 5), (30, 31)])
def test_pictures_too_small_for_a_photo_are_ink_or_blank(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        picture = random.integers(0, 256, shape).astype(np.uint8)
        try:
            assert find_ink(picture).shape == shape
        except BlankDrawing:
            continue


def test_the_ink_of_a_large_photo_has_its_size_and_place(test_digits: Digits) -> None:
    small, large = (
        find_box(find_ink(photograph(test_digits.images[0], CONDITIONS["ruled"], seed=4, shape=shape)))
        for shape in ((600, 450), (2400, 1800))
    )
    assert large.x / 4 == pytest.approx(small.x, abs=6)
    assert large.height / 4 == pytest.approx(small.height, abs=10)


def test_ink_is_found_in_a_photo_of_sixteen_megapixels() -> None:
    photo = np.tile(photograph(NOTHING, CONDITIONS["noise"], seed=1, shape=(400, 400)), (10, 10))
    photo[1000:3000, 1900:2100] = 30
    ink = find_ink(photo)
    box = find_box(ink)
    assert ink.shape == photo.shape
    assert (box.x, box.y, box.width, box.height) == pytest.approx((1900, 1000, 200, 2000), abs=20)
