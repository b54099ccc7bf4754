import numpy as np
import pytest

from mnistsite.types import Box
from recognizer.preprocessing import normalize_single
from recognizer.preprocessing.ink import NoInk, find_ink
from recognizer.preprocessing.normalization import centre_by_mass, find_box, scale_digit
from tests.conftest import Digits


def paper(level: int = 255, size: int = 280) -> np.ndarray:
    return np.full((size, size), level, np.uint8)


def bar(grey: np.ndarray, *, x: int, y: int, width: int, height: int, level: int) -> np.ndarray:
    grey[y : y + height, x : x + width] = level
    return grey


def centre_of_mass(field: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(field.shape)
    return float((rows * field).sum() / field.sum()), float((columns * field).sum() / field.sum())


def test_mnist_digits_come_through_nearly_unchanged(test_digits: Digits) -> None:
    """They were made by the same steps, so the steps must find nothing to do.

    A few have their centre of mass half-way between two pixels, where MNIST rounded the other way.
    """
    differences = [np.abs(normalize_single(image).field - image / 255).mean() for image in test_digits.images]
    assert (np.array(differences) < 0.005).sum() >= 97


@pytest.mark.parametrize("size", [56, 112, 280])
def test_the_field_has_the_form_that_the_network_was_trained_on(test_digits: Digits, size: int) -> None:
    enlarged = np.kron(test_digits.images[0], np.ones((size // 28, size // 28), np.uint8))
    field = normalize_single(enlarged).field
    assert field.shape == (28, 28)
    assert field.dtype == np.float32
    assert field.min() == 0
    assert field.max() == 1


def test_where_a_digit_stands_changes_nothing() -> None:
    fields = [
        normalize_single(bar(paper(), x=x, y=y, width=12, height=60, level=0)).field
        for x, y in ((0, 0), (130, 110), (268, 220))
    ]
    np.testing.assert_array_equal(fields[0], fields[1])
    np.testing.assert_array_equal(fields[0], fields[2])


def test_dark_on_light_and_light_on_dark_are_the_same() -> None:
    dark = normalize_single(bar(paper(240), x=90, y=40, width=30, height=150, level=20))
    light = normalize_single(bar(paper(20), x=90, y=40, width=30, height=150, level=240))
    np.testing.assert_array_equal(dark.field, light.field)
    assert dark.box == light.box == Box(x=90, y=40, width=30, height=150)


def test_faint_ink_becomes_as_black_as_strong_ink() -> None:
    faint = normalize_single(bar(paper(255), x=90, y=40, width=30, height=150, level=215))
    strong = normalize_single(bar(paper(255), x=90, y=40, width=30, height=150, level=0))
    np.testing.assert_allclose(faint.field, strong.field, atol=0.02)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_paper_alone_is_blank(level: int) -> None:
    with pytest.raises(NoInk):
        find_ink(paper(level))


def test_paper_with_the_noise_of_a_scan_is_blank() -> None:
    noise = np.random.default_rng(7).normal(230, 4, (280, 280)).clip(0, 255).astype(np.uint8)
    with pytest.raises(NoInk):
        find_ink(noise)


def test_the_box_leaves_out_what_is_far_fainter_than_the_ink() -> None:
    grey = bar(paper(), x=100, y=100, width=20, height=50, level=0)
    grey[5, 5] = 230
    assert find_box(find_ink(grey)) == Box(x=100, y=100, width=20, height=50)


@pytest.mark.parametrize(
    ("width", "height", "shape"), [(200, 100, (10, 20)), (1, 280, (20, 1)), (5, 5, (20, 20))]
)
def test_the_longer_side_becomes_twenty_pixels(width: int, height: int, shape: tuple[int, int]) -> None:
    ink = np.full((280, 280), 255, np.uint8)
    assert scale_digit(ink, Box(x=0, y=0, width=width, height=height)).shape == shape


def test_a_hairline_is_not_lost_when_it_is_scaled() -> None:
    field = normalize_single(bar(paper(size=2000), x=700, y=100, width=3, height=1800, level=0)).field
    assert (field.max(axis=1) > 0.9).sum() == 20


@pytest.mark.parametrize(("row", "column"), [(6, 13), (10, 10), (13, 6)])
def test_the_centre_of_mass_is_put_where_mnist_has_it(row: int, column: int) -> None:
    digit = np.full((20, 20), 0.0001, np.float32)
    digit[row, column] = 1
    assert centre_of_mass(centre_by_mass(digit)) == pytest.approx((14, 14), abs=0.6)


def test_no_ink_leaves_the_field_when_the_mass_is_at_an_edge() -> None:
    digit = np.full((20, 20), 0.01, np.float32)
    digit[19, 19] = 100
    field = centre_by_mass(digit)
    assert field.sum() == pytest.approx(digit.sum())
    np.testing.assert_array_equal(field[:20, :20], digit)
