import numpy as np
import pytest

from mnistsite.types import Box
from recognizer.errors import BlankDrawing
from recognizer.preprocessing import preprocess_digit
from recognizer.preprocessing.ink import find_ink
from recognizer.preprocessing.normalization import centre_by_mass, find_box, scale_digit
from tests.conftest import Digits


def paper(level: int = 255, size: int = 280) -> np.ndarray:
    return np.full((size, size), level, np.uint8)


def bar(grey: np.ndarray, *, x: int, y: int, width: int, height: int, level: int) -> np.ndarray:
    grey[y : y + height, x : x + width] = level
    return grey


def centre_of_mass(network_input: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(network_input.shape)
    return float((rows * network_input).sum() / network_input.sum()), float(
        (columns * network_input).sum() / network_input.sum()
    )


def test_mnist_digits_come_through_nearly_unchanged(test_digits: Digits) -> None:
    """They were made by the same steps, so the steps must find nothing to do.

    A few have their centre of mass half-way between two pixels, where MNIST rounded the other way.
    """
    differences = [np.abs(preprocess_digit(image) - image / 255).mean() for image in test_digits.images]
    assert (np.array(differences) < 0.005).sum() >= 97


@pytest.mark.parametrize("size", [56, 112, 280])
def test_the_input_has_the_form_that_the_network_was_trained_on(test_digits: Digits, size: int) -> None:
    enlarged = np.kron(test_digits.images[0], np.ones((size // 28, size // 28), np.uint8))
    network_input = preprocess_digit(enlarged)
    assert network_input.shape == (28, 28)
    assert network_input.dtype == np.float32
    assert network_input.min() == 0
    assert network_input.max() == 1


def test_where_a_digit_stands_changes_nothing() -> None:
    inputs = [
        preprocess_digit(bar(paper(), x=x, y=y, width=12, height=60, level=0))
        for x, y in ((0, 0), (130, 110), (268, 220))
    ]
    np.testing.assert_array_equal(inputs[0], inputs[1])
    np.testing.assert_array_equal(inputs[0], inputs[2])


def test_dark_on_light_and_light_on_dark_are_the_same() -> None:
    dark = bar(paper(240), x=90, y=40, width=30, height=150, level=20)
    light = bar(paper(20), x=90, y=40, width=30, height=150, level=240)
    np.testing.assert_array_equal(preprocess_digit(dark), preprocess_digit(light))
    assert find_box(find_ink(dark)) == find_box(find_ink(light)) == Box(x=90, y=40, width=30, height=150)


def test_faint_ink_becomes_as_black_as_strong_ink() -> None:
    faint = preprocess_digit(bar(paper(255), x=90, y=40, width=30, height=150, level=215))
    strong = preprocess_digit(bar(paper(255), x=90, y=40, width=30, height=150, level=0))
    np.testing.assert_allclose(faint, strong, atol=0.02)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_paper_alone_is_blank(level: int) -> None:
    with pytest.raises(BlankDrawing):
        find_ink(paper(level))


def test_paper_with_the_noise_of_a_scan_is_blank() -> None:
    noise = np.random.default_rng(7).normal(230, 4, (280, 280)).clip(0, 255).astype(np.uint8)
    with pytest.raises(BlankDrawing):
        find_ink(noise)


def test_the_box_leaves_out_what_is_far_fainter_than_the_ink() -> None:
    grey = bar(paper(), x=100, y=100, width=20, height=50, level=0)
    grey[5, 5] = 230
    assert find_box(find_ink(grey)) == Box(x=100, y=100, width=20, height=50)


@pytest.mark.parametrize(
    ("width", "height", "shape"), [(200, 100, (10, 20)), (1, 280, (20, 1)), (5, 5, (20, 20))]
)
def test_the_longer_side_becomes_twenty_pixels(width: int, height: int, shape: tuple[int, int]) -> None:
    assert scale_digit(np.full((height, width), 255, np.uint8)).shape == shape


def test_a_hairline_is_not_lost_when_it_is_scaled() -> None:
    network_input = preprocess_digit(bar(paper(size=2000), x=700, y=100, width=3, height=1800, level=0))
    assert (network_input.max(axis=1) > 0.9).sum() == 20


@pytest.mark.parametrize(("row", "column"), [(6, 13), (10, 10), (13, 6)])
def test_the_centre_of_mass_is_put_where_mnist_has_it(row: int, column: int) -> None:
    digit = np.full((20, 20), 0.0001, np.float32)
    digit[row, column] = 1
    assert centre_of_mass(centre_by_mass(digit)) == pytest.approx((14, 14), abs=0.6)


def test_no_ink_leaves_the_input_when_the_mass_is_at_an_edge() -> None:
    digit = np.full((20, 20), 0.01, np.float32)
    digit[19, 19] = 100
    network_input = centre_by_mass(digit)
    assert network_input.sum() == pytest.approx(digit.sum())
    np.testing.assert_array_equal(network_input[:20, :20], digit)
