"""Which drawings choose temperature and threshold, and that figures are measured with what was chosen."""

import math
from pathlib import Path

import numpy as np
import pytest

from management.training.datasets.drawings import LabelledDrawing
from management.training.holdout import CONDITIONS, Calibration, choose_calibration, draw_in, measure_holdout
from management.training.training_data import WriterSplit, read_training_data


@pytest.fixture
def split(data: Path) -> WriterSplit:
    return read_training_data(data, []).split(1)


def always_three(inputs: np.ndarray) -> np.ndarray:
    """Divided by a temperature of 2 it is right in 11 of 20 cases; its score is ln 130, some 4.87."""
    logits = np.zeros((len(inputs), 10), np.float32)
    logits[:, 3] = 2 * math.log(11)
    return logits


def test_digits_of_one_writer_in_all_conditions_choose(split: WriterSplit) -> None:
    asked: list[int] = []

    def logits(inputs: np.ndarray) -> np.ndarray:
        asked.append(len(inputs))
        return always_three(inputs)

    chosen = choose_calibration(logits, split.choosing, {})
    assert asked == [10] * 5
    assert chosen.chosen_on == "pen 04"
    assert chosen.threshold == pytest.approx(math.log(130), abs=0.001)


@pytest.mark.parametrize(("threshold", "refused"), [(4.8, 0), (4.9, 1)])
def test_figures_are_measured_with_the_temperature_and_threshold_that_were_chosen(
    split: WriterSplit, threshold: float, refused: int
) -> None:
    chosen = Calibration(temperature=2.0, threshold=threshold, chosen_on="pen 04")
    together, letters, scribbles, *conditions = measure_holdout(always_three, split.testing, {}, chosen)
    labels = [drawing.label for drawing in split.testing]
    threes = labels.count(3) / 10
    for measured in (together, *conditions):
        recognition, refusal = measured.metrics.recognition, measured.metrics.refusal
        assert recognition
        assert refusal
        assert recognition.log_loss == pytest.approx(
            -threes * math.log(11 / 20) - (1 - threes) * math.log(1 / 20), rel=1e-5
        )
        assert refusal.digits_refused == refused
    for mixed in (letters, scribbles):
        assert mixed.metrics.refusal
        assert mixed.metrics.refusal.others_refused == refused


@pytest.mark.parametrize(
    ("name", "size", "pen", "in_a_corner"),
    [
        ("whole canvas", 240, 18, False),
        ("half size, anywhere", 140, 18, False),
        ("small, in a corner", 60, 10, True),
        ("small, in a corner, the page's pen", 60, 18, True),
        ("thin pen", 220, 4, False),
    ],
)
def test_a_condition_is_what_it_says(
    name: str, size: int, pen: int, in_a_corner: bool, pen_digits: tuple[LabelledDrawing, ...]
) -> None:
    random = np.random.default_rng(1)
    assert len(pen_digits) == 40
    for drawing in pen_digits:
        ink = 255 - draw_in(drawing.strokes, CONDITIONS[name], random)
        rows, columns = np.flatnonzero(ink.max(axis=1)), np.flatnonzero(ink.max(axis=0))
        assert ink.shape == (280, 280)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(size, abs=4)
        if in_a_corner:
            for first, last in ((rows[0], rows[-1]), (columns[0], columns[-1])):
                assert min(first, 279 - last) <= 14
    line = [np.array([[0, 0], [0, 50], [0, 100]], np.float32)]
    across = (255 - draw_in(line, CONDITIONS[name], random)).max(axis=0)
    assert np.count_nonzero(across > 127) == pytest.approx(pen, abs=1.5)


def test_every_condition_is_tried() -> None:
    assert list(CONDITIONS) == [
        "whole canvas",
        "half size, anywhere",
        "small, in a corner",
        "small, in a corner, the page's pen",
        "thin pen",
    ]
