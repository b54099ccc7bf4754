"""An epoch of a training, and the minibatches that it learned from."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from management.training.trainer import Trainer
from management.training.training_data import Batches, Minibatch


def run_epoch(trainer: Trainer) -> list[Minibatch]:
    """Run the next epoch; its minibatches, in their order."""
    seen: list[Minibatch] = []
    epoch = Batches.epoch

    def recorded(*arguments: Any) -> Iterator[Minibatch]:
        for minibatch in epoch(*arguments):
            seen.append(minibatch)
            yield minibatch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Batches, "epoch", recorded)  # A trainer keeps its minibatches to itself.
        trainer.run_epoch()
    return seen


def order(minibatches: Sequence[Minibatch]) -> list[float]:
    """The ink of each input, which tells which one it is."""
    return [float(ink.sum()) for minibatch in minibatches for ink in minibatch.inputs]
