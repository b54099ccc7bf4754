"""Strokes in pixels, as the page's canvas draws them."""

import numpy as np
import pytest

from management.training.datasets.canvas import bounds, render, scale_to, smooth
from management.training.datasets.drawings import LabelledDrawing


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
