"""What one step of a training does to the parameters, and what becomes of their average.

The epochs have a few minibatches of a few digits, so that each step can be worked out by hand.
"""

import math
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from management.training.datasets.labelled import DigitSet
from management.training.hyperparameters import Hyperparameters
from management.training.trainer import Trainer
from management.training.training_data import Batches
from recognizer import lenet
from tests.management.epochs import order, run_epoch

DIGITS, DRAWN = 15, 5

HYPERPARAMETERS = Hyperparameters(
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
def batches(digits: DigitSet) -> Batches:
    return Batches(
        scanned=DigitSet(digits.inputs[:DIGITS], digits.labels[:DIGITS]),
        drawn=DigitSet(digits.inputs[50 : 50 + DRAWN], digits.labels[50 : 50 + DRAWN]),
        non_digits=digits.inputs[100:105],
    )


def begin(batches: Batches, hyperparameters: Hyperparameters) -> Trainer:
    return Trainer(batches=batches, held_out=None, hyperparameters=hyperparameters)


def values_in(content: bytes) -> np.ndarray:
    """All parameters of a state, one after the other."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "lenet.params")
        path.write_bytes(content)
        parameters = lenet.load(path).collect_params().values()
        return np.asarray(np.concatenate([each.data().asnumpy().ravel() for each in parameters]), float)


def learned(trainer: Trainer) -> np.ndarray:
    return values_in(trainer.state().parameters)


def averaged(trainer: Trainer) -> np.ndarray:
    return values_in(trainer.state().averaged)


def after_epochs(batches: Batches, hyperparameters: Hyperparameters) -> list[np.ndarray]:
    """The parameters at first and after each epoch."""
    trainer = begin(batches, hyperparameters)
    found = [learned(trainer)]
    while not trainer.is_complete:
        trainer.run_epoch()
        found.append(learned(trainer))
    return found


def test_a_step_is_as_long_as_the_learning_rate_says(batches: Batches) -> None:
    start, short = after_epochs(batches, HYPERPARAMETERS)
    _, long = after_epochs(batches, replace(HYPERPARAMETERS, learning_rate=0.2))
    assert np.abs(short - start).max() > 1e-3
    np.testing.assert_allclose(long - start, 2 * (short - start), atol=1e-6)


def test_momentum_takes_a_share_of_a_step_into_the_next(batches: Batches) -> None:
    start, first, without = after_epochs(batches, replace(HYPERPARAMETERS, epochs=2))
    *_, second = after_epochs(batches, replace(HYPERPARAMETERS, epochs=2, momentum=0.5))
    np.testing.assert_allclose(second - without, 0.5 * (first - start), atol=1e-6)


def test_weight_decay_takes_a_share_of_every_parameter(batches: Batches) -> None:
    """0.1, the learning rate, of a fifth."""
    start, without = after_epochs(batches, HYPERPARAMETERS)
    _, decayed = after_epochs(batches, replace(HYPERPARAMETERS, weight_decay=0.2))
    np.testing.assert_allclose(without - decayed, 0.02 * start, atol=1e-6)


def test_each_step_has_the_learning_rate_of_its_place_in_the_whole_training(batches: Batches) -> None:
    """Of three steps the last is half-way down. What weight decay takes there, tells the rate."""
    hyperparameters = replace(HYPERPARAMETERS, epochs=3)
    plain, decaying = (
        begin(batches, hyperparameters),
        begin(batches, replace(hyperparameters, weight_decay=0.2)),
    )
    for _ in range(2):
        plain.run_epoch()
    # The states of the trainer hold the weight decay itself.
    decaying.restore(replace(plain.state(), trainer_states=decaying.state().trainer_states))
    before = learned(plain)
    for trainer in (plain, decaying):
        trainer.run_epoch()
    np.testing.assert_allclose(learned(plain) - learned(decaying), 0.05 * 0.2 * before, atol=1e-6)
    assert [figures.learning_rate for figures in plain.epochs] == pytest.approx([0.1, 0.1, 0.05])


def test_the_average_forgets_the_random_beginning(batches: Batches) -> None:
    """It is taken after every eighth step, here once an epoch.

    At first it is the mean of all steps until then, and later it changes by the share in the hyperparameters.
    """
    trainer = begin(batches, replace(HYPERPARAMETERS, epochs=4, minibatch_size=2))
    first, second, third, _ = (step_and_average(trainer) for _ in range(4))
    np.testing.assert_array_equal(first[1], first[0])
    np.testing.assert_allclose(second[1], (first[0] + second[0]) / 2, atol=1e-6)
    np.testing.assert_allclose(third[1], 0.6 * second[1] + 0.4 * third[0], atol=1e-6)
    assert np.abs(third[0] - second[0]).max() > 1e-3


def test_fewer_than_eight_steps_are_no_average(batches: Batches) -> None:
    trainer = begin(batches, replace(HYPERPARAMETERS, minibatch_size=3))
    start = averaged(trainer)
    learning, average = step_and_average(trainer)
    np.testing.assert_array_equal(average, start)
    assert not np.array_equal(learning, start)


def step_and_average(trainer: Trainer) -> tuple[np.ndarray, np.ndarray]:
    trainer.run_epoch()
    return learned(trainer), averaged(trainer)


def test_the_loss_is_that_of_the_inputs_and_weights_of_the_minibatches(batches: Batches) -> None:
    """With a learning rate of next to nothing and no distortion, the untaught network says it, too."""
    hyperparameters = replace(
        HYPERPARAMETERS, distortion=0.0, outliers=8, outlier_weight=0.25, learning_rate=1e-9
    )
    trainer = begin(batches, hyperparameters)
    (minibatch,) = run_epoch(trainer)
    logits = trainer.logits(minibatch.inputs)
    logarithms = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    right = logarithms[np.arange(16), minibatch.labels].sum()
    others = 0.25 * logarithms[16:].mean(axis=1).sum()
    assert len(logits) == 16 + 8
    assert trainer.epochs[0].loss == pytest.approx(-(right + others) / 16, rel=1e-4)
    assert trainer.epochs[0].training_accuracy == (logits[:16].argmax(axis=1) == minibatch.labels).mean()
    assert math.isfinite(trainer.epochs[0].loss)


def test_distorted_inputs_are_what_is_learned_from(batches: Batches) -> None:
    """The same epoch in the same order, with all of its digits, the drawn ones or none as they are."""
    hyperparameters, losses = replace(HYPERPARAMETERS, drawn=10, learning_rate=1e-9), []
    for scanned, drawn in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)):
        trainer = begin(batches, replace(hyperparameters, distortion=scanned, drawn_distortion=drawn))
        trainer.run_epoch()
        losses.append(trainer.epochs[0].loss)
    assert min(abs(losses[0] - losses[1]), abs(losses[1] - losses[2])) > 1e-4


def test_each_epoch_and_each_seed_has_an_order_of_its_own(batches: Batches) -> None:
    def orders(seed: int) -> list[list[float]]:
        trainer = begin(batches, replace(HYPERPARAMETERS, epochs=3, seed=seed))
        return [order(run_epoch(trainer)) for _ in range(3)]

    ours, others = orders(1), orders(2)
    assert orders(1) == ours
    assert len({tuple(each) for each in (*ours, *others)}) == 6


def test_the_seed_decides_the_first_parameters(batches: Batches) -> None:
    one, same, other = (learned(begin(batches, replace(HYPERPARAMETERS, seed=seed))) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.9
