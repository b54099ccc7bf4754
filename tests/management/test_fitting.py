import hashlib
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from management.progress import Item
from management.training.digit_set import DigitSet
from management.training.fitting import Fitting, FittingError
from management.training.idx import IdxError
from management.training.recipe import Recipe


def begin(digits: DigitSet, recipe: Recipe) -> Fitting:
    training, held_out = digits.hold_out(recipe.held_out)
    return Fitting(training=training, held_out=held_out, recipe=recipe)


def fit(digits: DigitSet, recipe: Recipe) -> Fitting:
    fitting = begin(digits, recipe)
    while not fitting.is_complete:
        fitting.run_epoch()
    return fitting


def digest(fitting: Fitting) -> str:
    return hashlib.sha256(fitting.state().parameters).hexdigest()


def test_the_same_recipe_gives_the_same_parameters(digits: DigitSet, recipe: Recipe) -> None:
    assert digest(fit(digits, recipe)) == digest(fit(digits, recipe))


@pytest.mark.parametrize("change", [{"seed": 2}, {"distortion": 0.0}, {"weight_decay": 0.0}])
def test_another_recipe_gives_other_parameters(
    digits: DigitSet, recipe: Recipe, change: dict[str, float]
) -> None:
    assert digest(fit(digits, recipe)) != digest(fit(digits, replace(recipe, **change)))  # type: ignore[arg-type]


def test_equal_parameters_are_written_as_equal_bytes(digits: DigitSet, recipe: Recipe) -> None:
    fitting, copy = begin(digits, recipe), begin(digits, replace(recipe, seed=2))
    copy.restore(fitting.state())
    assert copy.state().parameters == fitting.state().parameters


def test_stopping_and_going_on_equals_never_stopping(digits: DigitSet, recipe: Recipe) -> None:
    stopped = begin(digits, recipe)
    stopped.run_epoch()
    resumed = begin(digits, recipe)
    resumed.restore(stopped.state())
    while not resumed.is_complete:
        resumed.run_epoch()
    straight = fit(digits, recipe)
    assert resumed.state().parameters == straight.state().parameters
    assert [replace(each, seconds=0) for each in resumed.epochs] == [
        replace(each, seconds=0) for each in straight.epochs
    ]


def test_it_learns_digits_that_it_has_not_seen(digits: DigitSet, recipe: Recipe) -> None:
    fitting = fit(digits, replace(recipe, epochs=25))
    assert fitting.epochs[-1].loss < fitting.epochs[0].loss / 3
    assert fitting.epochs[-1].held_out_accuracy > 0.7
    _, held_out = digits.hold_out(recipe.held_out)
    right = (fitting.digits(held_out.fields) == held_out.labels).mean()
    assert right == pytest.approx(fitting.epochs[-1].held_out_accuracy)


def test_progress_is_told_of_every_minibatch(digits: DigitSet, recipe: Recipe) -> None:
    told = []

    def progress(items: Iterable[Item], *, total: int | None, description: str) -> Iterable[Item]:
        told.append((total, description))
        return items

    begin(digits, recipe).run_epoch(progress=progress)
    assert told == [(3, "epoch 1 of 3")]


def test_a_loss_that_is_no_number_ends_it(digits: DigitSet, recipe: Recipe) -> None:
    with pytest.raises(FittingError, match="lower learning rate"):
        fit(digits, replace(recipe, learning_rate=1e30))


def test_some_digits_must_be_left_to_train_on(digits: DigitSet) -> None:
    with pytest.raises(IdxError, match="200 of 200 training digits are to be held out"):
        digits.hold_out(200)


def test_the_held_out_digits_are_the_last(digits: DigitSet) -> None:
    training, held_out = digits.hold_out(50)
    np.testing.assert_array_equal(np.concatenate((training.labels, held_out.labels)), digits.labels)
    assert (len(training), len(held_out)) == (150, 50)
