"""Pen strokes as network inputs: in other hands, sizes and pens."""

import numpy as np

from management.training.augmentation.strokes import rasterize_digits, vary_strokes
from management.training.datasets.canvas import bounds
from management.training.datasets.drawings import LabelledDrawing


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
