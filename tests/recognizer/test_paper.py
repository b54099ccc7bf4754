"""What is ink on uneven paper and what is none: one picture on each side of every border.

The pictures are made of even strokes on paper whose light falls off a little, so it is not flat.
"""

import cv2
import numpy as np
import pytest

from mnistsite.types import Box
from recognizer.errors import BlankDrawing
from recognizer.preprocessing.ink import find_ink
from recognizer.preprocessing.normalization import find_box


def page(height: int = 160, width: int = 120) -> np.ndarray:
    """Paper of 200 grey levels at the left to 230 at the right."""
    return np.tile(np.linspace(200, 230, width), (height, 1))


def stroke(grey: np.ndarray, x: int, y: int, width: int, height: int, *, takes: float = 0.6) -> np.ndarray:
    """The picture with a stroke that takes this share of the paper's light."""
    written = grey.copy()
    written[y : y + height, x : x + width] *= 1 - takes
    return written


def levels(grey: np.ndarray) -> np.ndarray:
    return np.asarray(grey.clip(0, 255).round(), np.uint8)


def box_in(grey: np.ndarray) -> Box | None:
    """The box around the ink, or None where there is no ink."""
    try:
        return find_box(find_ink(levels(grey)))
    except BlankDrawing:
        return None


def width_of_ink(grey: np.ndarray) -> int:
    box = box_in(grey)
    return box.width if box else 0


@pytest.mark.parametrize(("contrast", "is_ink"), [(31, False), (33, True)])
def test_ink_on_flat_paper_differs_by_32_levels(contrast: int, is_ink: bool) -> None:
    grey = np.full((100, 100), 255, np.uint8)
    grey[20:80, 40:50] = 255 - contrast
    assert box_in(grey) == (Box(40, 20, 10, 60) if is_ink else None)


@pytest.mark.parametrize(("contrast", "is_ink"), [(46, False), (51, True)])
def test_ink_on_uneven_paper_takes_48_of_255_parts_of_the_light(contrast: int, is_ink: bool) -> None:
    assert (box_in(stroke(page(), 50, 30, 12, 100, takes=contrast / 255)) is not None) == is_ink


@pytest.mark.parametrize(("share", "is_flat"), [(0.58, False), (0.62, True)])
def test_three_fifths_of_flat_paper_have_one_level(share: float, is_flat: bool) -> None:
    """On flat paper whatever differs is ink, if only by one level, and on any other the strokes alone are."""
    grey = np.full((100, 100), 255, np.uint8)
    inside = np.flatnonzero(np.pad(np.ones((98, 98), bool), 1))
    count = round((1 - share) * grey.size)
    grey.flat[inside[np.arange(count) * len(inside) // count]] = 254
    grey[20:80, 45:53] = 0
    assert (find_ink(grey) == 1).any() == is_flat


def test_uneven_paper_is_looked_at_on_640_pixels() -> None:
    """Twice as large a picture is reduced to half its size, and the ink is enlarged; this one is not."""
    grey = np.full((60, 640), 220.0)
    grey[10:50, 100:103] = grey[20:23, 300:420] = 95
    small = levels(grey + np.random.default_rng(2).normal(0, 3, grey.shape))
    large = np.kron(small, np.ones((2, 2), np.uint8))
    enlarged = cv2.resize(find_ink(small), (1280, 120), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(find_ink(large), enlarged)


@pytest.mark.parametrize(("side", "is_ink"), [(14, True), (16, False)])
def test_a_blot_is_narrower_than_a_quarter_of_the_picture(side: int, is_ink: bool) -> None:
    """Of 60 pixels. What is wider is a shadow."""
    assert (box_in(stroke(page(60, 60), 22, 22, side, side)) is not None) == is_ink


@pytest.mark.parametrize(("width", "box"), [(71, Box(30, 20, 1, 100)), (72, None)])
def test_a_picture_is_smoothed_from_72_pixels_on(width: int, box: Box | None) -> None:
    """Which a hairline of a single pixel does not outlast."""
    assert box_in(stroke(page(140, width), 30, 20, 1, 100, takes=0.35)) == box


@pytest.mark.parametrize(("takes", "is_ink"), [(43, False), (47, True)])
def test_light_below_128_levels_does_not_make_ink_stronger(takes: int, is_ink: bool) -> None:
    """One stroke takes 177 of 255 parts of the light. Beside it the paper has 118 levels.

    There a stroke must take half as much: 45 levels of 128.
    """
    grey = np.tile(np.interp(np.arange(160), [0, 60, 100, 160], [230, 230, 119, 118]), (160, 1))
    grey = stroke(grey + np.linspace(0, 3, 160)[:, np.newaxis], 20, 30, 12, 100, takes=160 / 230)
    grey[30:130, 130:142] -= takes
    assert (width_of_ink(grey) > 100) == is_ink


def darker_at_the_right(level: float, *, within: int) -> np.ndarray:
    """A stroke on bright paper, and one where the light falls to a share of it within some pixels."""
    grey = np.tile(np.interp(np.arange(200), [110, 110 + within], [220, 220 * level]), (160, 1))
    grey *= np.linspace(0.96, 1, 160)[:, np.newaxis]
    return stroke(stroke(grey, 40, 30, 12, 100, takes=0.5), 165, 30, 12, 100, takes=0.9)


@pytest.mark.parametrize(("level", "is_paper"), [(0.48, False), (0.52, True)])
def test_what_has_less_than_half_of_the_papers_light_is_a_table(level: float, is_paper: bool) -> None:
    assert (width_of_ink(darker_at_the_right(level, within=2)) > 100) == is_paper


@pytest.mark.parametrize(("within", "is_paper"), [(44, False), (48, True)])
def test_a_shadow_ends_softer_than_a_table(within: int, is_paper: bool) -> None:
    """Some twelve pixels from where it has half of the paper's light it has 0.7 of it, or less."""
    assert (width_of_ink(darker_at_the_right(0.35, within=within)) > 100) == is_paper


@pytest.mark.parametrize(("share", "is_ink"), [(0.49, False), (0.51, True)])
def test_a_stroke_has_half_of_the_strongest_contrast_somewhere(share: float, is_ink: bool) -> None:
    grey = stroke(stroke(page(), 30, 30, 12, 100), 80, 30, 12, 100, takes=0.6 * share)
    assert (width_of_ink(grey) > 50) == is_ink


@pytest.mark.parametrize(("share", "height"), [(0.28, 64), (0.34, 101)])
def test_a_stroke_has_three_tenths_of_the_strongest_contrast_everywhere(share: float, height: int) -> None:
    box = box_in(stroke(stroke(page(), 30, 30, 12, 60), 30, 90, 12, 40, takes=0.6 * share))
    assert box
    assert box.height == height


@pytest.mark.parametrize(("width", "is_known"), [(8, False), (10, True)])
def test_the_strongest_contrast_is_that_of_0_0015_of_the_pixels(width: int, is_known: bool) -> None:
    """Beside so many darker pixels, a pale stroke is none."""
    grey = stroke(stroke(page(200, 160), 30, 20, 20, 150, takes=0.25), 120, 60, width, 6, takes=0.8)
    box = box_in(grey)
    assert box
    assert (box.x >= 100) == is_known


@pytest.mark.parametrize(("width", "is_ink"), [(58, True), (60, False)])
def test_three_tenths_of_a_stroke_are_near_a_sharp_edge(width: int, is_ink: bool) -> None:
    """Within 8 of 400 pixels, and one or two more where the contrast begins to change."""
    bar = stroke(page(300, 400), 150, 30, width, 240)
    assert (box_in(bar) is not None) == is_ink


@pytest.mark.parametrize(("height", "is_ink"), [(5, False), (6, True)])
def test_a_stroke_has_0_03_of_the_largest_ones_area(height: int, is_ink: bool) -> None:
    """With the pixel that each gains on each side: 8 by 7 or 8 by 8, less the corners, of 14 by 102."""
    grey = stroke(stroke(page(), 30, 30, 12, 100), 80, 80, 6, height)
    assert (width_of_ink(grey) > 50) == is_ink


@pytest.mark.parametrize(("tooth", "is_ink"), [(9, True), (10, False)])
def test_what_lies_along_three_quarters_of_the_border_is_no_stroke(tooth: int, is_ink: bool) -> None:
    """A comb whose eight teeth end at the left border: of 120 pixels they have 88 or 96."""
    written = np.zeros((160, 120), bool)
    written[30:130, 60:72] = written[8 : 8 + 17 * 8, 10:16] = True
    for i in range(8):
        written[8 + 18 * i : 8 + 18 * i + tooth, :10] = True
    grey = np.where(written, page() * 0.4, page())
    assert (width_of_ink(grey) > 50) == is_ink


def ruled(thickness: int, *, distance: int, takes: float, slope: float = 0.0, width: int) -> np.ndarray:
    """What is left of the light on 200 rows of paper with lines across."""
    rows, columns = np.indices((200, width))
    share = np.ones((200, width))
    for row in range(20, 190, distance):
        off = np.abs(rows - row - (thickness - 1) / 2 - slope * (columns - width / 2))
        share[off <= thickness / 2 - 0.499] = 1 - takes
    return share


@pytest.mark.parametrize(("thickness", "is_ink"), [(6, False), (7, True)])
def test_a_line_of_ruled_paper_is_at_most_0_012_of_the_side_thick(thickness: int, is_ink: bool) -> None:
    """Of 500 pixels, on otherwise flat paper."""
    grey = np.full((500, 120), 230.0)
    for row in range(30, 480, 70):
        grey[row : row + thickness] = 138
    grey[60:220, 57:64] = 69
    assert (width_of_ink(grey) == 120) == is_ink


@pytest.mark.parametrize(("slope", "is_ink"), [(0.12, False), (0.15, True)])
def test_ruled_paper_is_turned_by_a_tenth_at_most(slope: float, is_ink: bool) -> None:
    """And a little more, as lines are found that are somewhat blurred."""
    grey = np.tile(np.linspace(220.8, 230, 300), (200, 1)) - (np.arange(200) % 2)[:, np.newaxis] * 2
    grey *= ruled(2, distance=40, takes=0.7, slope=slope, width=300)
    grey[50:150, 145:155] *= 0.4
    assert (width_of_ink(grey) > 100) == is_ink


@pytest.mark.parametrize(("takes", "is_ink"), [(11, True), (12, False)])
def test_a_line_of_ruled_paper_stands_out_by_six_levels(takes: int, is_ink: bool) -> None:
    """Of twice as much, half is left where thin and thick are told apart.

    Fainter ink hangs together with a stroke that is too small for anything to be strong.
    """
    grey = page(200, 200) * ruled(3, distance=40, takes=takes / 255, width=200)
    grey[95:110, 100:103] *= 0.4
    assert (width_of_ink(grey) > 20) == is_ink
