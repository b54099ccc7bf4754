"""What is drawn, read back from the SVG, where a comment says what each text is, and from the pixels."""

import json
import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from django.conf import settings
from PIL import Image

from management.training import metrics
from management.training.metrics import EpochMetrics
from management.training.report.plots import draw_curves, draw_filters
from management.training.report.set_plots import (
    draw_confusion,
    draw_mistakes,
    draw_reliability,
    worst_mistakes,
)
from tests.conftest import Digits

Matrix = tuple[tuple[int, ...], ...]


def texts(svg: bytes) -> list[str]:
    """What a picture says, in the order in which it is drawn."""
    ElementTree.fromstring(svg)  # noqa: S314 -- our own picture, which must be XML
    return [text.strip() for text in re.findall("<!--(.*?)-->", svg.decode(), re.DOTALL)]


def pixels(png: bytes) -> np.ndarray:
    """A picture's pixels, (height, 800, 3) uint8."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


@pytest.fixture
def card() -> Any:
    """The card of the parameters that ship."""
    return json.loads(settings.MNIST_PARAMETERS.with_suffix(".json").read_bytes())


@pytest.fixture
def matrix(card: Any) -> Matrix:
    """Of the parameters that ship, on MNIST's test set."""
    (figures,) = card["test"].values()
    found: Matrix = figures["recognition"]["confusion_matrix"]
    return found


def bins_of(confidence: list[float], right: list[bool]) -> tuple[metrics.CalibrationBin, ...]:
    return metrics.calibration_bins(confidence=np.array(confidence), right=np.array(right))


def test_curves_end_where_the_training_did(card: Any) -> None:
    epochs = [EpochMetrics(**figures | {"held_out_accuracy": 0.9944}) for figures in card["epochs"]]
    drawn = texts(draw_curves(epochs))
    assert "held-out digits: 99.44 % in the end" in drawn
    last = 100 * card["epochs"][-1]["training_accuracy"]
    assert f"training digits as they were shown: {last:.2f} % in the end" in drawn
    assert {"99 %", "99.5 %"} <= set(drawn)


def test_where_nothing_is_held_out_there_is_no_curve_of_it(card: Any) -> None:
    drawn = texts(draw_curves([EpochMetrics(**figures) for figures in card["epochs"]]))
    assert not any("held-out" in text for text in drawn)


def test_a_single_epoch_and_a_perfect_one_are_drawn(card: Any) -> None:
    first = EpochMetrics(**card["epochs"][0] | {"held_out_accuracy": 1.0})
    assert "held-out digits: 100.00 % in the end" in texts(draw_curves([first]))


def test_the_confusion_matrix_has_its_numbers_and_recalls(matrix: Matrix) -> None:
    drawn = texts(draw_confusion(matrix, name="mnist-test"))
    counts = [count for row in matrix for count in row if count]
    cells = [text for text in drawn if text.isdigit()][20:]  # After the ticks of both axes.
    assert sorted(map(int, cells)) == sorted(counts)
    recalls = {f"{100 * row[label] / sum(row):.2f} %" for label, row in enumerate(matrix)}
    assert recalls <= set(drawn)


def test_mistakes_alone_are_coloured() -> None:
    matrix = np.diag(np.full(10, 900))
    matrix[5, 3], matrix[7] = 6, 0
    content = draw_confusion(matrix.tolist(), name="set", file_format="png")
    picture = pixels(content).astype(int)
    orange = (picture[..., 0] - picture[..., 2] > 150) & (picture[..., 0] > 200)
    rows, columns = np.nonzero(orange)
    assert 50 < np.ptp(rows) < 75  # One cell, in the row of 5 and the column of 3.
    assert 50 < np.ptp(columns) < 75
    assert rows.mean() / len(picture) == pytest.approx(0.55, abs=0.04)
    assert columns.mean() / 800 == pytest.approx(0.35, abs=0.04)
    assert "no digits" in texts(draw_confusion(matrix.tolist(), name="set"))


def test_the_worst_mistake_comes_first(test_digits: Digits) -> None:
    inputs = test_digits.images[:4].astype(np.float32) / 255
    logits: np.ndarray = np.zeros((4, 10), np.float32)
    logits[0, 7], logits[1, 3], logits[2, 3], logits[3, 3] = 9, 2, 9, 4
    labels = np.array([7, 1, 8, 0])
    mistakes = worst_mistakes(inputs=inputs, labels=labels, logits=logits)
    assert [(each.label, each.result) for each in mistakes] == [(8, 3), (0, 3), (1, 3)]
    assert mistakes[2].probability == pytest.approx(np.exp(2) / (np.exp(2) + 9))
    drawn = texts(draw_mistakes(mistakes, name="set"))
    assert drawn[-1].startswith("set: the worst 3 of 3 mistakes")
    assert drawn[:-1] == [
        *("is 8, read as 3", "99.9 % sure"),
        *("is 0, read as 3", "85.8 % sure"),
        *("is 1, read as 3", "45.1 % sure"),
    ]


def test_more_mistakes_than_there_is_room_for_are_counted(test_digits: Digits) -> None:
    mistakes = worst_mistakes(
        inputs=test_digits.images / np.float32(255),
        labels=(test_digits.labels + 1) % 10,
        logits=np.eye(10, dtype=np.float32)[test_digits.labels],
    )
    drawn = texts(draw_mistakes(mistakes, name="set"))
    assert sum(text.startswith("is ") for text in drawn) == 24
    assert "set: the worst 24 of 100 mistakes, the least likely label first" in drawn


def test_no_mistakes_are_drawn_as_such() -> None:
    assert "set: no mistakes" in texts(draw_mistakes([], name="set"))


def test_every_filter_is_drawn_on_one_scale() -> None:
    weights = np.zeros((20, 1, 5, 5), np.float32)
    weights[0], weights[19] = 1, -1
    picture = pixels(draw_filters(weights, file_format="png")).astype(int)
    shown = picture[:, :600]  # Without the scale beside them.
    orange = shown[..., 0] - shown[..., 2] > 80
    violet = shown[..., 2] - shown[..., 1] > 50
    assert np.nonzero(orange)[0].mean() < len(picture) / 3
    assert np.nonzero(violet)[0].mean() > 2 * len(picture) / 3
    assert "The 20 filters of 5×5 pixels that the first layer has learned" in texts(draw_filters(weights))


def test_reliability_shows_each_bins_answers_and_the_error() -> None:
    drawn = texts(draw_reliability(bins_of([0.98, 0.94, 0.5], [True, False, True]), name="set"))
    assert "How many answers are that sure (expected calibration error 47.33 %)" in drawn
    assert {"1", "2"} <= set(drawn)


def test_a_bar_is_as_high_as_its_bin_is_right() -> None:
    bins = bins_of([0.99] * 8, [True] * 4 + [False] * 4)
    picture = pixels(draw_reliability(bins, name="set", file_format="png")).astype(int)
    upper = picture[: len(picture) // 2]
    blue = upper[..., 2] - upper[..., 0] > 40
    rows, columns = np.nonzero(blue)
    assert np.ptp(columns) < 60  # A bin's width, at the right.
    assert columns.min() > 600
    assert np.ptp(rows) / len(upper) == pytest.approx(0.33, abs=0.1)


def test_what_is_sure_and_right_is_drawn_too() -> None:
    assert "set: how often an answer is right, by how sure it is" in texts(
        draw_reliability(bins_of([1.0] * 50, [True] * 50), name="set")
    )


def test_pictures_are_800_pixels_wide_on_white_and_the_same_each_time(matrix: Matrix) -> None:
    first, second = (draw_confusion(matrix, name="set") for _ in range(2))
    assert first == second
    assert not re.search(rb"<dc:date>|\b20\d\d-\d\d-\d\d", first)
    picture = pixels(draw_confusion(matrix, name="set", file_format="png"))
    assert picture.shape[1] == 800
    assert picture[0, 0].tolist() == [255, 255, 255]
