import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from management.progress import Item, silent
from management.training import checkpoint
from management.training.checkpoint import FittingState
from management.training.digit_set import DigitSet
from management.training.drawings import LabelledDrawing
from management.training.fitting import Fitting, FittingError
from management.training.idx import IdxError
from management.training.lessons import Lessons
from management.training.recipe import Recipe
from management.training.rendered import render_digits, render_outliers
from tests.management.epochs import order, run_epoch

Begin = Callable[[Recipe], Fitting]


@pytest.fixture
def begin(
    digits: DigitSet,
    recipe: Recipe,
    pen_digits: tuple[LabelledDrawing, ...],
    letters: tuple[LabelledDrawing, ...],
) -> Begin:
    """A fitting on small sets, which are rendered once for all of a test's recipes."""
    scanned, held_out = digits.hold_out(recipe.held_out)
    drawn = render_digits(pen_digits, renderings=1, seed=1, progress=silent)
    outliers = render_outliers(pen_digits, letters, count=recipe.outlier_pool, seed=1, progress=silent)
    lessons = Lessons(scanned, drawn, outliers)
    return lambda recipe: Fitting(lessons=lessons, held_out=held_out, recipe=recipe)


def complete(fitting: Fitting) -> Fitting:
    while not fitting.is_complete:
        fitting.run_epoch()
    return fitting


def digest(fitting: Fitting) -> str:
    return hashlib.sha256(fitting.state().averaged).hexdigest()


def test_the_same_recipe_gives_the_same_parameters(begin: Begin, recipe: Recipe) -> None:
    assert digest(complete(begin(recipe))) == digest(complete(begin(recipe)))


def test_equal_parameters_are_written_as_equal_bytes(begin: Begin, recipe: Recipe) -> None:
    fitting, copy = begin(recipe), begin(replace(recipe, seed=2))
    copy.restore(fitting.state())
    assert copy.state().parameters == fitting.state().parameters


def test_stopping_and_going_on_equals_never_stopping(begin: Begin, recipe: Recipe, tmp_path: Path) -> None:
    """In parameters, their average, momentum, figures, and in what is learned from when."""
    stopped, straight = begin(recipe), begin(recipe)
    for _ in range(2):  # The first average is taken in the second.
        stopped.run_epoch()
        straight.run_epoch()
    checkpoint.save(tmp_path / "checkpoint", stopped.state(), recipe=recipe, data={})
    resumed = begin(recipe)
    resumed.restore(checkpoint.load(tmp_path / "checkpoint", recipe=recipe, data={}))
    assert order(run_epoch(resumed)) == order(run_epoch(straight))
    assert resumed.is_complete
    assert straight.is_complete
    assert without_seconds(resumed.state()) == without_seconds(straight.state())


def without_seconds(state: FittingState) -> FittingState:
    return replace(state, epochs=tuple(replace(figures, seconds=0) for figures in state.epochs))


def test_it_learns_digits_that_it_has_not_seen(begin: Begin, digits: DigitSet, recipe: Recipe) -> None:
    fitting = complete(begin(replace(recipe, epochs=25)))
    assert fitting.epochs[-1].loss < fitting.epochs[0].loss / 3
    last = fitting.epochs[-1].held_out_accuracy
    assert last is not None
    assert last > 0.7
    _, held_out = digits.hold_out(recipe.held_out)
    right = (fitting.digits(held_out.fields) == held_out.labels).mean()
    assert right == pytest.approx(last)


def test_progress_is_told_of_every_minibatch(begin: Begin, recipe: Recipe) -> None:
    told = []

    def progress(items: Iterable[Item], *, total: int | None, description: str) -> Iterable[Item]:
        told.append((total, description))
        return items

    begin(recipe).run_epoch(progress=progress)
    assert told == [(7, "epoch 1 of 3")]


def test_a_loss_that_is_no_number_ends_it(begin: Begin, recipe: Recipe) -> None:
    with pytest.raises(FittingError, match="lower learning rate"):
        complete(begin(replace(recipe, learning_rate=1e30)))


def test_some_digits_must_be_left_to_train_on(digits: DigitSet) -> None:
    with pytest.raises(IdxError, match="200 of 200 training digits are to be held out"):
        digits.hold_out(200)
    assert len(digits.hold_out(199)[0]) == 1


def test_the_held_out_digits_are_the_last(digits: DigitSet) -> None:
    training, held_out = digits.hold_out(50)
    np.testing.assert_array_equal(np.concatenate((training.labels, held_out.labels)), digits.labels)
    assert (len(training), len(held_out)) == (150, 50)
