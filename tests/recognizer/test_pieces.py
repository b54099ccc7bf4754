"""Which ink hangs together, what is dirt and where cuts go: one case on each side of every border."""

import numpy as np
import pytest

from mnistsite.types import Box
from recognizer.preprocessing.normalization import find_box
from recognizer.segmentation.components import Components, find_components
from recognizer.segmentation.lattice import segment
from tests.recognizer.bars import Bar, bars


def components_of(ink: np.ndarray) -> Components:
    found = find_components(ink)
    assert found is not None
    return found


def pieces_of(ink: np.ndarray) -> list[Box]:
    found = segment(components_of(ink), whole=())
    assert found is not None
    return [piece.box for piece in found.pieces]


@pytest.mark.parametrize(("level", "height"), [(51, 150), (49, 100)])
def test_ink_begins_at_a_quarter_of_the_strongest(level: int, height: int) -> None:
    ink = bars((0, 0, 30, 100), (0, 100, 30, 50), level=200)
    ink[110:160][ink[110:160] > 0] = level
    assert find_box(ink) == components_of(ink).box == Box(10, 10, 30, height)


def test_forty_parts_may_be_a_number_and_forty_one_are_none() -> None:
    row = [(8 * i, 0, 4, 60) for i in range(41)]
    assert len(components_of(bars(*row[:40])).boxes) == 40
    assert find_components(bars(*row)) is None


@pytest.mark.parametrize(("specks", "is_number"), [(398, True), (399, False)])
def test_a_stroke_with_specks_is_of_fewer_than_four_hundred_parts(specks: int, is_number: bool) -> None:
    """The stroke itself is one of them."""
    dust = [(60 + 4 * (i % 40), 4 * (i // 40), 1, 1) for i in range(specks)]
    assert (find_components(bars((0, 0, 20, 100), *dust)) is not None) == is_number


@pytest.mark.parametrize(("height", "is_number"), [(1024, True), (1025, False)])
def test_the_boxes_of_all_parts_have_4194304_pixels_at_most(height: int, is_number: bool) -> None:
    """Each corner has two thin bars, and is read within its whole box."""
    upper, lower = ((0, 0, 2048, 1), (0, 0, 1, 1024)), ((0, 1030, 2048, 1), (0, 1030, 1, height))
    assert (find_components(bars(*upper, *lower)) is not None) == is_number


@pytest.mark.parametrize(("side", "parts"), [(16, 2), (14, 1)])
def test_a_speck_is_less_than_0_15_of_the_height(side: int, parts: int) -> None:
    assert len(components_of(bars((0, 0, 20, 100), (25, 50, side, side))).boxes) == parts


@pytest.mark.parametrize(("distance", "is_dirt"), [(14, False), (16, True)])
def test_a_speck_nearer_than_0_15_of_the_height_is_no_dirt(distance: int, is_dirt: bool) -> None:
    ink = bars((0, 0, 20, 100), (20 + distance, 50, 5, 5))
    found = components_of(ink)
    assert np.array_equal(found.ink, ink) != is_dirt
    assert found.box.width == (20 if is_dirt else 25 + distance)


def an_n(width: int, height: int, *, x: int = 0, y: int = 0) -> tuple[Bar, ...]:
    """Two posts and a thin beam between their feet, which is too short for a second cut."""
    post = (width - height // 10) // 2
    return (
        *((x, y, post, height), (x + width - post, y, post, height)),
        (x, y + height - 3, width, 3),
    )


@pytest.mark.parametrize(("width", "pieces"), [(49, 1), (52, 2)])
def test_what_is_at_most_half_as_wide_as_high_is_not_cut(width: int, pieces: int) -> None:
    assert len(pieces_of(bars(*an_n(width, 100)))) == pieces


@pytest.mark.parametrize(("height", "pieces"), [(44, 1), (46, 2)])
def test_what_is_lower_than_0_45_of_the_tallest_is_not_cut(height: int, pieces: int) -> None:
    assert len(pieces_of(bars((0, 0, 20, 100), *an_n(60, height, x=40)))) == 1 + pieces


@pytest.mark.parametrize(("count", "is_number"), [(30, True), (31, False)])
def test_sixty_pieces_may_be_a_number_and_more_are_none(count: int, is_number: bool) -> None:
    ink = bars(*(bar for i in range(count) for bar in an_n(30, 50, x=36 * i)))
    found = segment(components_of(ink), whole=())
    assert (found is not None) == is_number
    if found:
        assert len(found.pieces) == 60


def test_a_component_is_cut_four_times_for_each_time_it_is_as_wide_as_high() -> None:
    """A comb of three times its height, with 19 places for a cut."""
    teeth = [(15 * i, 0, 9, 100) for i in range(20)]
    assert len(pieces_of(bars((0, 97, 294, 3), *teeth))) == 1 + 11
    assert len(pieces_of(bars((0, 97, 309, 3), *teeth, (300, 0, 9, 100)))) == 1 + 12


@pytest.mark.parametrize(("thickness", "pieces"), [(57, 2), (63, 1)])
def test_a_cut_crosses_at_most_0_6_of_the_height(thickness: int, pieces: int) -> None:
    solid = bars((0, 0, 40, 100), (40, 0, 10, thickness), (50, 0, 40, 100))
    assert len(pieces_of(solid)) == pieces


@pytest.mark.parametrize(("distance", "pieces"), [(12, 2), (14, 3)])
def test_cuts_are_at_least_0_14_of_the_height_apart(distance: int, pieces: int) -> None:
    """Two notches that many pixels apart, in what is 96 high and so has two pixels where paths are sought."""
    left, notch = 40, 2
    ink = bars((0, 0, left + distance + notch + 40, 10), (0, 0, left, 96))
    ink |= bars((0, 0, left + distance + notch + 40, 10), (left + notch, 0, distance - notch, 96))
    ink |= bars((left + distance + notch, 0, 40, 96))
    assert len(pieces_of(ink)) == pieces
