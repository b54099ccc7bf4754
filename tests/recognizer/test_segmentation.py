"""Ink, taken apart into components and pieces, and no network in sight."""

import cv2
import numpy as np
import pytest

from mnistsite.types import Box
from recognizer.segmentation.components import MAX_WITH_SPECKS, Components, find_components
from recognizer.segmentation.cuts import find_cuts
from recognizer.segmentation.lattice import MAX_PIECES, Piece, Segmentation, find_candidates, segment


def paper(*bars: tuple[int, int, int, int], shape: tuple[int, int] = (200, 300)) -> np.ndarray:
    """Ink with filled rectangles: x, y, width, height."""
    ink = np.zeros(shape, np.uint8)
    for x, y, width, height in bars:
        ink[y : y + height, x : x + width] = 255
    return ink


def components_of(ink: np.ndarray) -> Components:
    found = find_components(ink)
    assert found is not None
    return found


LEFT, RIGHT = (50, 40, 20, 100), (150, 40, 20, 100)


def test_parts_that_do_not_touch_are_components() -> None:
    ink = paper(LEFT, RIGHT)
    found = components_of(ink)
    assert list(found.boxes.values()) == [Box(*LEFT), Box(*RIGHT)]
    assert found.box == Box(50, 40, 120, 100)
    np.testing.assert_array_equal(found.ink, ink)


def test_parts_that_touch_at_a_corner_are_one() -> None:
    assert len(components_of(paper((50, 40, 20, 50), (70, 90, 20, 50))).boxes) == 1


def test_a_dot_beside_a_stroke_belongs_to_it() -> None:
    ink = paper(LEFT, (75, 60, 5, 5))
    found = components_of(ink)
    assert list(found.boxes.values()) == [Box(50, 40, 30, 100)]
    np.testing.assert_array_equal(found.ink, ink)


def test_a_speck_far_away_is_dirt() -> None:
    found = components_of(paper(LEFT, (250, 190, 4, 4)))
    assert list(found.boxes.values()) == [Box(*LEFT)]
    np.testing.assert_array_equal(found.ink, paper(LEFT))


def test_dots_alone_are_no_dirt() -> None:
    assert len(components_of(paper((50, 50, 5, 5), (250, 150, 5, 5))).boxes) == 2


def test_too_much_is_no_number() -> None:
    columns = ((4 * i, 10, 2, 60) for i in range(60))
    assert find_components(paper(*columns)) is None
    dust = np.zeros((200, 300), np.uint8)
    dust[::4, ::4] = 255
    assert dust.sum() // 255 > MAX_WITH_SPECKS
    assert find_components(dust) is None


TWO_WITH_A_BRIDGE = paper((0, 0, 60, 100), (60, 45, 30, 6), (90, 0, 60, 100), shape=(100, 150))


def test_a_cut_goes_through_the_bridge_between_two_parts() -> None:
    (cut,) = find_cuts(TWO_WITH_A_BRIDGE, limit=1, tallest=100)
    assert cut.shape == (100,)
    assert 60 <= cut.min() <= cut.max() <= 91
    assert TWO_WITH_A_BRIDGE[np.arange(100), cut.astype(int)].sum() <= 255 * 10


def test_a_cut_goes_around_what_leans() -> None:
    """Two slanted bars with a bridge: any straight line from top to bottom would cross one of them."""
    rows = np.arange(100)
    ink = np.zeros((100, 120), np.uint8)
    for row in rows:
        for start in (40, 85):
            left = start - 2 * row // 5
            ink[row, left : left + 35] = 255
    ink[48:52, 40:80] = 255
    (cut,) = find_cuts(ink, limit=1, tallest=100)
    crossed = ink[rows, cut.astype(int).clip(0, 119)] > 0
    assert crossed.sum() <= 8
    assert cut[0] - cut[-1] > 20


def test_there_is_no_cut_through_solid_ink() -> None:
    assert find_cuts(paper((0, 0, 150, 100), shape=(100, 150)), limit=5, tallest=100) == []


def test_pieces_go_from_left_to_right_and_keep_all_ink() -> None:
    ink = np.pad(TWO_WITH_A_BRIDGE, 20)
    ink[30:110, 5:12] = 255
    found = segment(components_of(ink), whole=())
    assert found is not None
    centres = [piece.box.x + piece.box.width / 2 for piece in found.pieces]
    assert centres == sorted(centres)
    assert [piece.is_cut for piece in found.pieces][:2] == [False, False]
    assert any(piece.is_cut for piece in found.pieces)
    count = len(found.pieces)
    assert sum(int(found.cut_out(i, i)[0].sum()) for i in range(count)) == ink.sum()
    whole, box = found.cut_out(0, count - 1)
    assert whole.sum() == ink.sum()
    assert box == components_of(ink).box


def test_a_piece_has_no_ink_of_its_neighbours() -> None:
    """One within the other's box."""
    ink = paper((20, 20, 100, 10), (20, 20, 10, 100), (60, 60, 10, 60))
    components = components_of(ink)
    found = segment(components, whole=components.boxes)
    assert found is not None
    inner = next(i for i, piece in enumerate(found.pieces) if piece.box == Box(60, 60, 10, 60))
    outer = next(i for i in range(len(found.pieces)) if i != inner)
    assert found.cut_out(outer, outer)[0].sum() == ink.sum() - 600 * 255


@pytest.mark.parametrize("bars", [[LEFT], [(50, 40, 45, 100)], [(50, 40, 300, 20), (50, 40, 20, 100)]])
def test_what_is_narrow_or_said_to_be_whole_is_not_cut(bars: list[tuple[int, int, int, int]]) -> None:
    ink = paper(*bars, shape=(200, 400))
    components = components_of(ink)
    found = segment(components, whole=components.boxes)
    assert found is not None
    assert len(found.pieces) == 1


def rings(count: int, *, size: int = 1000, open_at_right: bool = False) -> np.ndarray:
    """Squares within one another, or three sides of each, their boxes almost as large as the ink."""
    ink = np.zeros((size, size), np.uint8)
    for i in range(count):
        left, right = 8 * i, size - 1 - 8 * i
        cv2.rectangle(ink, (left, left), (right, right), 255, 3)
    if open_at_right:
        ink[:, size // 2 :] = 0
    return ink


def test_components_that_lie_within_one_another_are_no_number() -> None:
    """Each is read within its box, so the boxes of large drawings may not overlap often."""
    assert len(components_of(rings(4)).boxes) == 4
    assert find_components(rings(6)) is None
    assert len(components_of(rings(18, size=320)).boxes) == 18


@pytest.mark.parametrize(("count", "size", "longest"), [(7, 300, 4), (7, 1000, 3), (8, 1000, 2)])
def test_the_larger_the_pieces_the_fewer_of_them_are_tried_together(
    count: int, size: int, longest: int
) -> None:
    ink = rings(count, size=size, open_at_right=True)
    components = components_of(ink)
    found = segment(components, whole=components.boxes)
    assert found is not None
    spans = [(candidate.first, candidate.last) for candidate in find_candidates(found)]
    assert spans[: longest + 1] == [*((0, last) for last in range(longest)), (1, 1)]


def test_the_faint_edge_around_a_piece_is_its_own_on_every_side() -> None:
    ink = np.zeros((40, 60), np.uint8)
    ink[9:31, 19:31], ink[9:31, 39:51] = 1, 1
    ink[10:30, 20:30], ink[10:30, 40:50] = 255, 255
    found = segment(components_of(ink), whole=())
    assert found is not None
    for piece, (left, right) in enumerate(((19, 31), (39, 51))):
        expected = np.zeros_like(ink)
        expected[9:31, left:right] = piece + 1
        np.testing.assert_array_equal(np.where(found.labels == piece + 1, piece + 1, 0), expected)


@pytest.mark.parametrize(("count", "tried"), [(8, 8), (9, 0)])
def test_pieces_that_are_too_large_even_one_by_one_are_not_tried(count: int, tried: int) -> None:
    """All of them in one box: how a drawing comes to that does not matter, since its cost is bounded."""
    ink = np.full((1024, 1024), 255, np.uint8)
    labels = (np.arange(1024, dtype=np.uint8) % count + 1) * np.ones_like(ink)
    pieces = (Piece(Box(0, 0, 1024, 1024), is_cut=False),) * count
    assert len(find_candidates(Segmentation(ink, labels, pieces))) == tried


def test_more_pieces_than_a_number_may_have_are_none() -> None:
    teeth = paper((0, 0, 300, 4), *((20 * i, 0, 6, 40) for i in range(15)), shape=(50, 300))
    found = segment(components_of(teeth), whole=())
    assert found is not None
    assert MAX_PIECES / 2 < len(found.pieces) <= MAX_PIECES
    twice = np.concatenate([teeth, teeth])
    assert segment(components_of(twice), whole=()) is None


@pytest.mark.parametrize(
    ("widths", "is_number"), [((600,), True), ((605,), False), ((300, 300), True), ((300, 305), False)]
)
def test_a_drawing_so_wide_that_its_cuts_are_too_many_is_no_number(
    widths: tuple[int, ...], is_number: bool
) -> None:
    """Four for each 20 pixels of all lines, before they are sought: these have no place at all for a cut."""
    ink = paper(*((0, 40 * i, width, 20) for i, width in enumerate(widths)), shape=(60, 605))
    assert (segment(components_of(ink), whole=()) is not None) == is_number
