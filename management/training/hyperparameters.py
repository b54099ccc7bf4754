"""The hyperparameters of a training. With the same data they give the same parameters, bit for bit."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from management.training.errors import TrainingError

WARM_UP_SHARE = 0.02
"""Share of all minibatches over which the learning rate rises, before it falls along a cosine."""

Number = TypeVar("Number", int, float)


class HyperparametersError(TrainingError):
    """A value makes no sense, or is not the one with which the training began."""


def _value(default: Number, explanation: str) -> Number:
    """A hyperparameter, with an explanation for the code, --help and the card."""
    described: Number = field(default=default, metadata={"help": explanation})
    return described


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameters:
    """Stochastic gradient descent with momentum on softmax cross-entropy, and an average of its parameters.

    Raises HyperparametersError when a value makes no sense.
    """

    epochs: int = _value(52, "passes over MNIST's training digits")
    minibatch_size: int = _value(96, "digits in a minibatch, to which non-digits are added")
    learning_rate: float = _value(0.06, "highest learning rate, reached after the warm-up")
    momentum: float = _value(0.9, "share of an update that is added to the next one")
    weight_decay: float = _value(2e-4, "strength of the L2 penalty on every parameter")
    averaging: float = _value(0.997, "weight of the old average when the parameters are averaged")
    distortion: float = _value(1.0, "strength of the distortion of training digits, 0 for none")
    drawn_distortion: float = _value(0.5, "the same for pen digits, whose strokes are varied first")
    refining: float = _value(0.35, "share of the epochs, at the end, that have weaker distortions")
    refining_distortion: float = _value(0.4, "factor on the distortions in those epochs")
    drawn: int = _value(18_000, "pen digits in each epoch")
    renderings: int = _value(12, "how many times each pen digit is rendered, each time differently")
    outliers: int = _value(8_000, "non-digits in each epoch")
    outlier_weight: float = _value(0.5, "weight of a non-digit in the loss, where a digit has 1")
    outlier_pool: int = _value(50_000, "how many different non-digits there are")
    seed: int = _value(1, "seed of the first parameters, and of the order and distortion of the digits")
    held_out: int = _value(5000, "last digits of MNIST's training set, which the holdout run only measures")
    held_out_writers: int = _value(
        5, "pen writers whose digits choose the thresholds in the holdout run; as many measure it"
    )

    def __post_init__(self) -> None:
        for name in ("epochs", "minibatch_size", "drawn", "renderings", "outlier_pool", "held_out"):
            _require(getattr(self, name) >= 1, f"{name} must be at least 1")
        _require(0 < self.learning_rate < math.inf, "learning_rate must be a number above 0")
        _require(0 <= self.momentum < 1, "momentum must be at least 0 and below 1")
        _require(0 <= self.weight_decay < math.inf, "weight_decay must be a number of at least 0")
        _require(0 <= self.averaging < 1, "averaging must be at least 0 and below 1")
        _require(0 <= self.refining <= 1, "refining must be from 0 to 1")
        for name in ("distortion", "drawn_distortion", "refining_distortion", "outlier_weight"):
            _require(0 <= getattr(self, name) < math.inf, f"{name} must be a number of at least 0")
        for name in ("outliers", "held_out_writers"):
            _require(getattr(self, name) >= 0, f"{name} must be at least 0")
        _require(0 <= self.seed < 2**31, "seed must be from 0 to 2147483647")

    def learning_rate_at(self, *, minibatch: int, minibatches: int) -> float:
        """The learning rate for a minibatch, counted from 0 over all epochs. minibatches: of all epochs.

        A short linear warm-up, because the first steps away from random parameters are large; then a cosine
        to 0 (Loshchilov and Hutter 2017), which needs no schedule to be chosen.
        """
        warm_up = math.ceil(WARM_UP_SHARE * minibatches)
        if minibatch < warm_up:
            return self.learning_rate * (minibatch + 1) / warm_up
        fallen = (minibatch - warm_up) / (minibatches - warm_up)
        return self.learning_rate * (1 + math.cos(math.pi * fallen)) / 2

    def distortion_in(self, epoch: int) -> float:
        """The strength of scanned digits' distortion in an epoch, counted from 1.

        In the last epochs, digits are more like those that people write. With strong distortions until the
        end, the network spends its capacity on digits that nobody draws.
        Source: He et al., "Data Augmentation Revisited", 2019, which ends without any.
        """
        is_refining = epoch > self.epochs * (1 - self.refining)
        return self.distortion * (self.refining_distortion if is_refining else 1)

    def require_same(self, other: Mapping[str, object]) -> None:
        """Raise HyperparametersError, which names each value that differs. other: as `asdict` gives them."""
        ours = asdict(self)
        differences = [
            f"{name} was {other.get(name)} and is now {ours.get(name)}"
            for name in sorted(ours.keys() | other.keys())
            if ours.get(name) != other.get(name)
        ]
        _require(not differences, "; ".join(differences))


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise HyperparametersError(message)
