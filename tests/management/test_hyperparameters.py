from dataclasses import asdict

import pytest

from management.training.hyperparameters import Hyperparameters, HyperparametersError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, 0) for name in ("epochs", "minibatch_size", "held_out", "learning_rate")],
        *[(name, -1) for name in ("learning_rate", "momentum", "weight_decay", "distortion", "seed")],
        *[(name, float("nan")) for name in ("learning_rate", "momentum", "weight_decay", "distortion")],
        *[(name, float("inf")) for name in ("learning_rate", "momentum", "weight_decay", "distortion")],
        *[("refining", value) for value in (-0.1, 1.1, float("nan"))],
        ("refining_distortion", -1),
        ("momentum", 1.0),
        ("seed", 2**31),
    ],
)
def test_a_value_that_makes_no_sense_is_named(name: str, value: float) -> None:
    with pytest.raises(HyperparametersError, match=f"^{name} must be"):
        Hyperparameters(**{name: value})  # type: ignore[arg-type]  # The types are what it is about.


def test_the_learning_rate_warms_up_and_falls_to_nothing() -> None:
    hyperparameters = Hyperparameters(learning_rate=0.5)
    rates = [hyperparameters.learning_rate_at(minibatch=i, minibatches=1000) for i in range(1000)]
    assert rates[:20] == pytest.approx([0.025 * (i + 1) for i in range(20)])
    assert max(rates) == rates[19] == rates[20] == 0.5
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[510] == pytest.approx(0.25)
    assert 0 < rates[-1] < 1e-5


def test_the_last_epochs_distort_less() -> None:
    hyperparameters = Hyperparameters(epochs=10, distortion=2, refining=0.3, refining_distortion=0.25)
    assert [hyperparameters.distortion_in(epoch) for epoch in range(1, 11)] == [2] * 7 + [0.5] * 3
    assert Hyperparameters(epochs=1, refining=0).distortion_in(1) == 1


def test_a_single_minibatch_has_a_learning_rate() -> None:
    assert Hyperparameters(learning_rate=0.5).learning_rate_at(minibatch=0, minibatches=1) == 0.5


def test_every_difference_between_recipes_is_named() -> None:
    hyperparameters = Hyperparameters()
    hyperparameters.require_same(asdict(hyperparameters))
    with pytest.raises(
        HyperparametersError, match=r"^learning_rate was 0\.1 and is now 0\.06; seed was 4 and is now 1$"
    ):
        hyperparameters.require_same(asdict(Hyperparameters(seed=4, learning_rate=0.1)))
