"""What one step of a training does to the parameters, and what becomes of their average.

The epochs have a few minibatches of a few digits, so that each step can be worked out by hand.
"""

import math
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from management.training.digit_set import DigitSet
from management.training.fitting import Fitting
from management.training.lessons import Lessons
from management.training.recipe import Recipe
from recognizer import network
from tests.management.epochs import order, run_epoch

DIGITS, DRAWN = 15, 5

RECIPE = Recipe(
    epochs=1,
    minibatch_size=100,
    learning_rate=0.1,
    momentum=0.0,
    weight_decay=0.0,
    averaging=0.6,
    drawn=1,
    outliers=0,
    seed=1,
)


@pytest.fixture
def lessons(digits: DigitSet) -> Lessons:
    return Lessons(
        scanned=DigitSet(digits.fields[:DIGITS], digits.labels[:DIGITS]),
        drawn=DigitSet(digits.fields[50 : 50 + DRAWN], digits.labels[50 : 50 + DRAWN]),
        outliers=digits.fields[100:105],
    )


def begin(lessons: Lessons, recipe: Recipe) -> Fitting:
    return Fitting(lessons=lessons, held_out=None, recipe=recipe)


def values_in(content: bytes) -> np.ndarray:
    """All parameters of a state, one after the other."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "lenet.params")
        path.write_bytes(content)
        parameters = network.load(path).collect_params().values()
        return np.asarray(np.concatenate([each.data().asnumpy().ravel() for each in parameters]), float)


def learned(fitting: Fitting) -> np.ndarray:
    return values_in(fitting.state().parameters)


def averaged(fitting: Fitting) -> np.ndarray:
    return values_in(fitting.state().averaged)


def after_epochs(lessons: Lessons, recipe: Recipe) -> list[np.ndarray]:
    """The parameters at first and after each epoch."""
    fitting = begin(lessons, recipe)
    found = [learned(fitting)]
    while not fitting.is_complete:
        fitting.run_epoch()
        found.append(learned(fitting))
    return found


def test_a_step_is_as_long_as_the_learning_rate_says(lessons: Lessons) -> None:
    start, short = after_epochs(lessons, RECIPE)
    _, long = after_epochs(lessons, replace(RECIPE, learning_rate=0.2))
    assert np.abs(short - start).max() > 1e-3
    np.testing.assert_allclose(long - start, 2 * (short - start), atol=1e-6)


def test_momentum_takes_a_share_of_a_step_into_the_next(lessons: Lessons) -> None:
    start, first, without = after_epochs(lessons, replace(RECIPE, epochs=2))
    *_, second = after_epochs(lessons, replace(RECIPE, epochs=2, momentum=0.5))
    np.testing.assert_allclose(second - without, 0.5 * (first - start), atol=1e-6)


def test_weight_decay_takes_a_share_of_every_parameter(lessons: Lessons) -> None:
    """0.1, the learning rate, of a fifth."""
    start, without = after_epochs(lessons, RECIPE)
    _, decayed = after_epochs(lessons, replace(RECIPE, weight_decay=0.2))
    np.testing.assert_allclose(without - decayed, 0.02 * start, atol=1e-6)


def test_each_step_has_the_learning_rate_of_its_place_in_the_whole_training(lessons: Lessons) -> None:
    """Of three steps the last is half-way down. What weight decay takes there, tells the rate."""
    recipe = replace(RECIPE, epochs=3)
    plain, decaying = begin(lessons, recipe), begin(lessons, replace(recipe, weight_decay=0.2))
    for _ in range(2):
        plain.run_epoch()
    # The states of the trainer hold the weight decay itself.
    decaying.restore(replace(plain.state(), trainer_states=decaying.state().trainer_states))
    before = learned(plain)
    for fitting in (plain, decaying):
        fitting.run_epoch()
    np.testing.assert_allclose(learned(plain) - learned(decaying), 0.05 * 0.2 * before, atol=1e-6)
    assert [figures.learning_rate for figures in plain.epochs] == pytest.approx([0.1, 0.1, 0.05])


def test_the_average_forgets_the_random_beginning(lessons: Lessons) -> None:
    """It is taken after every eighth step, here once an epoch.

    At first it is the mean of all steps until then, and later it changes by the share in the recipe.
    """
    fitting = begin(lessons, replace(RECIPE, epochs=4, minibatch_size=2))
    first, second, third, _ = (step_and_average(fitting) for _ in range(4))
    np.testing.assert_array_equal(first[1], first[0])
    np.testing.assert_allclose(second[1], (first[0] + second[0]) / 2, atol=1e-6)
    np.testing.assert_allclose(third[1], 0.6 * second[1] + 0.4 * third[0], atol=1e-6)
    assert np.abs(third[0] - second[0]).max() > 1e-3


def test_fewer_than_eight_steps_are_no_average(lessons: Lessons) -> None:
    fitting = begin(lessons, replace(RECIPE, minibatch_size=3))
    start = averaged(fitting)
    learning, average = step_and_average(fitting)
    np.testing.assert_array_equal(average, start)
    assert not np.array_equal(learning, start)


def step_and_average(fitting: Fitting) -> tuple[np.ndarray, np.ndarray]:
    fitting.run_epoch()
    return learned(fitting), averaged(fitting)


def test_the_loss_is_that_of_the_fields_and_weights_of_the_lessons(lessons: Lessons) -> None:
    """With a learning rate of next to nothing and no distortion, the untaught network says it, too."""
    recipe = replace(RECIPE, distortion=0.0, outliers=8, outlier_weight=0.25, learning_rate=1e-9)
    fitting = begin(lessons, recipe)
    (minibatch,) = run_epoch(fitting)
    logits = fitting.logits(minibatch.fields)
    logarithms = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    right = logarithms[np.arange(16), minibatch.labels].sum()
    others = 0.25 * logarithms[16:].mean(axis=1).sum()
    assert len(logits) == 16 + 8
    assert fitting.epochs[0].loss == pytest.approx(-(right + others) / 16, rel=1e-4)
    assert fitting.epochs[0].training_accuracy == (logits[:16].argmax(axis=1) == minibatch.labels).mean()
    assert math.isfinite(fitting.epochs[0].loss)


def test_distorted_fields_are_what_is_learned_from(lessons: Lessons) -> None:
    """The same epoch in the same order, with all of its digits, the drawn ones or none as they are."""
    recipe, losses = replace(RECIPE, drawn=10, learning_rate=1e-9), []
    for scanned, drawn in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)):
        fitting = begin(lessons, replace(recipe, distortion=scanned, drawn_distortion=drawn))
        fitting.run_epoch()
        losses.append(fitting.epochs[0].loss)
    assert min(abs(losses[0] - losses[1]), abs(losses[1] - losses[2])) > 1e-4


def test_each_epoch_and_each_seed_has_an_order_of_its_own(lessons: Lessons) -> None:
    def orders(seed: int) -> list[list[float]]:
        fitting = begin(lessons, replace(RECIPE, epochs=3, seed=seed))
        return [order(run_epoch(fitting)) for _ in range(3)]

    ours, others = orders(1), orders(2)
    assert orders(1) == ours
    assert len({tuple(each) for each in (*ours, *others)}) == 6


def test_the_seed_decides_the_first_parameters(lessons: Lessons) -> None:
    one, same, other = (learned(begin(lessons, replace(RECIPE, seed=seed))) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.9
