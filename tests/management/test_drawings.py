"""The pen digits and letters that come with the product, and what is made of them."""

import numpy as np
import pytest

from management.training.augmentation.rasterizing import rasterize_digits
from management.training.augmentation.strokes import vary_strokes
from management.training.datasets import drawings
from management.training.datasets.canvas import bounds, render, scale_to, smooth
from management.training.datasets.drawings import LabelledDrawing
from management.training.datasets.labelled import NON_DIGIT
from management.training.holdout import CONDITIONS, draw_in

FOLDER = drawings.FOLDER


def read_all(name: str) -> tuple[LabelledDrawing, ...]:
    return drawings.read(FOLDER / name).drawings


def test_there_are_pen_digits_of_thirty_writers() -> None:
    pen = read_all("pen-digits.ndjson.gz")
    assert len(pen) == 7494
    assert len({drawing.writer for drawing in pen}) == 30
    assert {drawing.label for drawing in pen} == set(range(10))


def test_every_font_of_the_letters_has_its_author_and_licence() -> None:
    letters = read_all("letters.ndjson.gz")
    readme = (FOLDER / "README.md").read_text()
    assert len(letters) > 2000
    assert {drawing.label for drawing in letters} == {NON_DIGIT}
    for font in {drawing.writer for drawing in letters}:
        assert f"| {font} |" in readme
    assert "CC BY 4.0" in readme
    assert "Alpaydin" in readme


def test_a_stroke_is_as_wide_as_its_pen_and_has_round_ends() -> None:
    stroke = np.array([[20, 50], [50, 50], [80, 50]], np.float32)
    ink = render([stroke], width=10, shape=(100, 100)) / 255
    assert ink[:, 50].sum() == pytest.approx(10, abs=1.5)
    assert ink[50].sum() == pytest.approx(70, abs=2)
    assert ink[45:56, 16:20].sum() < ink[45:56, 20:24].sum()


def test_a_point_is_a_dot() -> None:
    ink = render([np.array([[30, 40]], np.float32)], width=20, shape=(80, 60)) / 255
    assert ink.sum() == pytest.approx(np.pi * 100, rel=0.1)


def test_a_curve_goes_through_the_midpoints_as_on_the_page() -> None:
    corner = smooth(np.array([[0, 0], [10, 0], [10, 10], [20, 10]], np.float32))
    assert [10, 5] in corner.tolist()
    assert [10, 0] not in corner.tolist()
    assert corner[[0, -1]].tolist() == [[0, 0], [20, 10]]


def test_ink_is_as_long_as_it_was_asked_to_be(pen_digits: tuple[LabelledDrawing, ...]) -> None:
    for drawing in pen_digits:
        placed, extent = scale_to(drawing.strokes, size=100, width=8)
        low, high = bounds(placed)
        assert max(extent) == pytest.approx(100)
        assert low.tolist() == pytest.approx([4, 4], abs=1e-3)
        assert (high + 4).tolist() == pytest.approx(extent.tolist(), abs=1e-3)


def test_another_hand_keeps_strokes_and_points(pen_digits: tuple[LabelledDrawing, ...]) -> None:
    random = np.random.default_rng(1)
    for drawing in pen_digits:
        rewritten = vary_strokes(drawing.strokes, random)
        assert [len(stroke) for stroke in rewritten] == [len(stroke) for stroke in drawing.strokes]
        low, high = bounds(rewritten)
        assert 0.5 < max(high - low) < 2


def test_renderings_differ_and_are_the_same_again(pen_digits: tuple[LabelledDrawing, ...]) -> None:
    def rendered(seed: int) -> np.ndarray:
        return rasterize_digits(pen_digits, renderings=2, seed=seed).inputs

    inputs = rendered(1)
    assert inputs.shape == (80, 28, 28)
    assert not np.array_equal(inputs[:40], inputs[40:])
    np.testing.assert_array_equal(inputs, rendered(1))
    assert not np.array_equal(inputs, rendered(2))


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_is_what_it_says(name: str, pen_digits: tuple[LabelledDrawing, ...]) -> None:
    condition, random = CONDITIONS[name], np.random.default_rng(1)
    for drawing in pen_digits:
        ink = 255 - draw_in(drawing.strokes, condition, random)
        rows, columns = np.flatnonzero(ink.max(axis=1)), np.flatnonzero(ink.max(axis=0))
        assert ink.shape == (280, 280)
        longer = max(np.ptp(rows), np.ptp(columns)) + 1
        assert longer == pytest.approx(condition.size, abs=4)
