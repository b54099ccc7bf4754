"""The training loop. Beside the network itself, the only module that knows MXNet.

On one OpenMP thread, which `recognizer.network` sees to, every sum has one order, so a recipe and its data
decide the parameters to the last bit.
"""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

# isort: off
from recognizer import network  # Before MXNet, which reads its number of threads when it is imported.

import mxnet as mx
from mxnet import autograd, gluon
# isort: on

import numpy as np

from management.progress import Progress, silent
from management.training.card import LayerNote, NetworkNote
from management.training.checkpoint import FittingState
from management.training.digit_set import DigitSet
from management.training.distortion import random_affine
from management.training.errors import TrainingError
from management.training.figures import EpochFigures
from management.training.recipe import Recipe
from recognizer.fields import FIELD_SIZE

_ANSWERED_AT_ONCE = 250
"""Digits in a forward pass that only measures. No answer depends on it."""


class FittingError(TrainingError):
    """The loss is no longer a number."""


class Fitting:
    """A network on its way from random parameters to learned ones, an epoch at a time."""

    def __init__(
        self, *, training: DigitSet, held_out: DigitSet, recipe: Recipe, context: mx.Context | None = None
    ) -> None:
        self._training, self._held_out, self._recipe = training, held_out, recipe
        self._context = context or network.best_context()
        self._network = network.initialize(seed=recipe.seed, context=self._context)
        self._network.hybridize(static_alloc=True, static_shape=True)
        # Measuring has its own block on the same parameters: one block would plan its memory at each turn.
        self._answering = network.build(share_parameters_with=self._network)
        self._answering.hybridize(static_alloc=True, static_shape=True)
        self._loss = gluon.loss.SoftmaxCrossEntropyLoss()
        options = {"momentum": recipe.momentum, "wd": recipe.weight_decay}
        self._trainer = gluon.Trainer(self._network.collect_params(), "sgd", options)
        self._epochs: tuple[EpochFigures, ...] = ()

    @property
    def epochs(self) -> tuple[EpochFigures, ...]:
        """The figures of every epoch so far."""
        return self._epochs

    @property
    def is_complete(self) -> bool:
        return len(self._epochs) >= self._recipe.epochs

    @property
    def network(self) -> NetworkNote:
        """What the network consists of."""
        layers = tuple(LayerNote(type(layer).__name__, _parameters_in(layer)) for layer in self._network)
        return NetworkNote("LeNet", _parameters_in(self._network), layers)

    @property
    def device(self) -> str:
        """Where the arithmetic happens: MXNet's name for it, such as cpu(0), and the number of threads."""
        return f"{self._context}, OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}"

    def run_epoch(self, *, progress: Progress = silent) -> EpochFigures:
        """Learn once from every training digit, then measure the held-out ones.

        Raises FittingError when the loss is no longer a number.
        """
        begin = time.perf_counter()
        epoch = len(self._epochs) + 1
        loss, accuracy, learning_rate = self._learn(epoch, progress)
        figures = EpochFigures(
            epoch=epoch,
            loss=loss,
            training_accuracy=accuracy,
            held_out_accuracy=float((self.digits(self._held_out.fields) == self._held_out.labels).mean()),
            learning_rate=learning_rate,
            seconds=round(time.perf_counter() - begin, 2),
        )
        self._epochs += (figures,)
        return figures

    def digits(self, fields: np.ndarray) -> np.ndarray:
        """The network's answers: (n, 28, 28) float32 in [0, 1] to (n,) of whole numbers from 0 to 9."""
        answers = [
            self._answering(self._to_device(fields[start : start + _ANSWERED_AT_ONCE, np.newaxis])).asnumpy()
            for start in range(0, len(fields), _ANSWERED_AT_ONCE)
        ]
        digits: np.ndarray = np.concatenate(answers).argmax(axis=1)
        return digits

    def state(self) -> FittingState:
        """What the training needs to go on from here."""
        parameters = _written_by(self._network.save_parameters)
        return FittingState(parameters, _written_by(self._trainer.save_states), self._epochs)

    def restore(self, state: FittingState) -> None:
        """Go on from a state of the same recipe and data."""
        _read_by(lambda path: self._network.load_parameters(path, ctx=self._context), state.parameters)
        _read_by(self._trainer.load_states, state.trainer_states)
        self._epochs = state.epochs

    def _learn(self, epoch: int, progress: Progress) -> tuple[float, float, float]:
        """Mean loss, training accuracy and last learning rate of one pass in an order of the epoch's own."""
        random = np.random.default_rng((self._recipe.seed, epoch))
        order = random.permutation(len(self._training))
        starts = range(0, len(order), self._recipe.minibatch_size)
        loss, right, learning_rate = 0.0, 0, 0.0
        shown = progress(starts, total=len(starts), description=f"epoch {epoch} of {self._recipe.epochs}")
        for done, start in enumerate(shown, start=(epoch - 1) * len(starts)):
            learning_rate = self._recipe.learning_rate_at(
                minibatch=done, minibatches=self._recipe.epochs * len(starts)
            )
            self._trainer.set_learning_rate(learning_rate)
            more_loss, more_right = self._step(order[start : start + self._recipe.minibatch_size], random)
            loss, right = loss + more_loss, right + more_right
        if not math.isfinite(loss):
            raise FittingError(f"The loss of epoch {epoch} is {loss}: a lower learning rate may help.")
        return loss / len(order), right / len(order), learning_rate

    def _step(self, chosen: np.ndarray, random: np.random.Generator) -> tuple[float, int]:
        """Learn from one minibatch; its summed loss and how many of it were right before."""
        labels = self._training.labels[chosen]
        fields = self._distort(self._to_device(self._training.fields[chosen, np.newaxis]), random)
        with autograd.record():
            logits = self._network(fields)
            losses = self._loss(logits, self._to_device(labels))
        losses.backward()
        self._trainer.step(len(chosen))
        return float(losses.asnumpy().sum()), int((logits.asnumpy().argmax(axis=1) == labels).sum())

    def _distort(self, fields: mx.nd.NDArray, random: np.random.Generator) -> mx.nd.NDArray:
        """Other versions of (n, 1, 28, 28) fields, sampled bilinearly, with paper around the field."""
        if not self._recipe.distortion:
            return fields
        affine = random_affine(count=len(fields), strength=self._recipe.distortion, random=random)
        size = (FIELD_SIZE, FIELD_SIZE)
        grid = mx.nd.GridGenerator(self._to_device(affine), transform_type="affine", target_shape=size)
        return mx.nd.BilinearSampler(fields, grid)

    def _to_device(self, values: np.ndarray) -> mx.nd.NDArray:
        return mx.nd.array(values, ctx=self._context, dtype=np.float32)


def _parameters_in(block: gluon.Block) -> int:
    return sum(math.prod(parameter.shape) for parameter in block.collect_params().values())


def _written_by(write: Callable[[str], None]) -> bytes:
    """What MXNet, which only knows file names, writes to a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "state")
        write(str(path))
        return path.read_bytes()


def _read_by(read: Callable[[str], None], content: bytes) -> None:
    """Let MXNet, which only knows file names, read this content."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "state")
        path.write_bytes(content)
        read(str(path))
