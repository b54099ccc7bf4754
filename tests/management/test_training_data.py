"""The drawings that an epoch is made of."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from management.training.datasets.labelled import DigitSet
from management.training.hyperparameters import Hyperparameters
from management.training.training_data import Batches, Minibatch, TrainingData, read_training_data

SCANNED, DRAWN, NON_DIGITS = 20, 8, 5


def numbered(count: int, *, start: int) -> np.ndarray:
    """Inputs whose every pixel is the input's own number."""
    numbers = np.arange(start, start + count, dtype=np.float32)
    return np.broadcast_to(numbers[:, np.newaxis, np.newaxis], (count, 28, 28))


@pytest.fixture
def batches() -> Batches:
    """Scanned inputs are numbered from 0, drawn ones from 100, and non-digits from 200."""
    return Batches(
        scanned=DigitSet(numbered(SCANNED, start=0), (np.arange(SCANNED) % 10).astype(np.uint8)),
        drawn=DigitSet(numbered(DRAWN, start=100), (np.arange(DRAWN) % 10).astype(np.uint8)),
        non_digits=numbered(NON_DIGITS, start=200),
    )


HYPERPARAMETERS = Hyperparameters(
    epochs=4,
    minibatch_size=5,
    drawn=10,
    outliers=12,
    outlier_weight=0.25,
    distortion=2.0,
    drawn_distortion=0.5,
    refining=0.25,
    refining_distortion=0.1,
)


def epoch(batches: Batches, number: int = 1) -> list[Minibatch]:
    return list(batches.epoch(HYPERPARAMETERS, number, np.random.default_rng(7)))


def numbers_in(minibatches: Sequence[Minibatch]) -> np.ndarray:
    return np.asarray(np.concatenate([each.inputs[:, 0, 0] for each in minibatches]), int)


def test_an_epoch_has_each_scanned_digit_once_and_as_many_others_as_the_hyperparameters_say(
    batches: Batches,
) -> None:
    minibatches = epoch(batches)
    assert [len(each.labels) for each in minibatches] == [5] * 6
    assert batches.steps(HYPERPARAMETERS) == 6
    numbers = numbers_in(minibatches)
    assert sorted(numbers[numbers < 100]) == list(range(20))
    drawn, non_digits = numbers[(numbers >= 100) & (numbers < 200)], numbers[numbers >= 200]
    assert (len(drawn), len(non_digits)) == (10, 12)
    assert set(drawn) <= set(range(100, 108))
    assert len(set(drawn)) > 1
    assert set(non_digits) <= set(range(200, 205))
    assert len(set(non_digits)) > 1


def test_scanned_and_drawn_digits_are_mixed(batches: Batches) -> None:
    numbers = numbers_in(epoch(batches))
    digits = numbers[numbers < 200]
    assert (np.diff(digits >= 100) != 0).sum() > 5
    assert (np.diff(digits[digits < 100]) < 0).any()


def test_digits_are_taught_by_their_labels_and_others_as_nothing_at_all(batches: Batches) -> None:
    for minibatch in epoch(batches):
        count = len(minibatch.labels)
        numbers = minibatch.inputs[:count, 0, 0].astype(int)
        np.testing.assert_array_equal(minibatch.labels, numbers % 100 % 10)
        np.testing.assert_array_equal(minibatch.targets[:count].argmax(axis=1), minibatch.labels)
        np.testing.assert_array_equal(minibatch.targets[:count].sum(axis=1), 1)
        np.testing.assert_array_equal(minibatch.targets[count:], np.full((2, 10), 0.1, np.float32))
        assert minibatch.weights.tolist() == [1] * count + [0.25] * 2


@pytest.mark.parametrize(("number", "scanned", "others"), [(1, 2.0, 1.0), (3, 2.0, 1.0), (4, 0.2, 0.1)])
def test_each_kind_is_distorted_as_strongly_as_the_hyperparameters_say(
    batches: Batches, number: int, scanned: float, others: float
) -> None:
    minibatches = epoch(batches, number)
    strengths = np.concatenate([each.strengths for each in minibatches])
    is_scanned = numbers_in(minibatches) < 100
    np.testing.assert_allclose(strengths[is_scanned], scanned)
    np.testing.assert_allclose(strengths[~is_scanned], others)


@pytest.fixture
def training_data(data: Path) -> TrainingData:
    return read_training_data(data, [])


def test_nobody_who_measures_or_chooses_is_learned_from(training_data: TrainingData) -> None:
    split = training_data.split(1)
    writers = [
        {drawing.writer for drawing in part} for part in (split.learned, split.testing, split.choosing)
    ]
    assert [sorted(names & {f"pen {i:02}" for i in range(1, 31)}) for names in writers] == [
        ["pen 01", "pen 02"],
        ["pen 03"],
        ["pen 04"],
    ]
    assert [len(names) for names in writers] == [4, 2, 2]
    assert len(set.union(*writers)) == 8
    assert [len(part) for part in (split.learned, split.testing, split.choosing)] == [40, 20, 20]


def test_the_seed_decides_how_drawings_are_rendered(training_data: TrainingData) -> None:
    """Twenty digits in three versions each, and non-digits."""

    def rendered(seed: int) -> tuple[np.ndarray, np.ndarray]:
        hyperparameters = replace(HYPERPARAMETERS, seed=seed, renderings=3, outlier_pool=30)
        batches = Batches.of(training_data.scanned, training_data.split(1).learned, hyperparameters)
        return batches.drawn.inputs, batches.non_digits

    for one, same, other, count in zip(rendered(1), rendered(1), rendered(2), (60, 30), strict=True):
        assert one.shape == (count, 28, 28)
        np.testing.assert_array_equal(one, same)
        assert all(not np.array_equal(*pair) for pair in zip(one, other, strict=True))
