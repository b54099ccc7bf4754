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
from mnistsite.types import INPUT_SIZE
from recognizer import network  # Before MXNet, which reads its number of threads when it is imported.

import mxnet as mx
from mxnet import autograd, gluon
# isort: on

import numpy as np

from management.progress import Progress, silent
from management.training.card import LayerNote, NetworkNote
from management.training.checkpoint import FittingState
from management.training.digit_set import DigitSet
from management.training.distortion import ElasticBends, change_thickness, random_affine
from management.training.errors import TrainingError
from management.training.figures import EpochFigures
from management.training.lessons import Lessons, Minibatch
from management.training.recipe import Recipe

_ANSWERED_AT_ONCE = 250
"""Digits in a forward pass that only measures. No answer depends on it."""


_AVERAGED_EVERY = 8
"""Minibatches. Averaging after each would cost a tenth of the time and change nothing."""


class FittingError(TrainingError):
    """The loss is no longer a number."""


class Fitting:
    """A network on its way from random parameters to learned ones, an epoch at a time."""

    def __init__(
        self,
        *,
        lessons: Lessons,
        held_out: DigitSet | None,
        recipe: Recipe,
        context: mx.Context | None = None,
    ) -> None:
        self._lessons, self._held_out, self._recipe = lessons, held_out, recipe
        self._context = context or network.best_context()
        self._network = network.initialize(seed=recipe.seed, context=self._context)
        self._averaged = network.initialize(seed=recipe.seed, context=self._context)
        for block in (self._network, self._averaged):
            block.hybridize(static_alloc=True, static_shape=True)
        self._loss = gluon.loss.SoftmaxCrossEntropyLoss(sparse_label=False)
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
    def first_filters(self) -> np.ndarray:
        """(20, 1, 5, 5): the averaged weights of the first convolution."""
        filters: np.ndarray = self._averaged[0].weight.data().asnumpy()
        return filters

    @property
    def device(self) -> str:
        """Where the arithmetic happens: MXNet's name for it, such as cpu(0), and the number of threads."""
        return f"{self._context}, OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}"

    def run_epoch(self, *, progress: Progress = silent) -> EpochFigures:
        """Learn from an epoch's lessons, then measure the averaged network on the held-out digits, if any.

        Raises FittingError when the loss is no longer a number.
        """
        begin = time.perf_counter()
        epoch = len(self._epochs) + 1
        loss, accuracy, learning_rate = self._learn(epoch, progress)
        figures = EpochFigures(
            epoch=epoch,
            loss=loss,
            training_accuracy=accuracy,
            held_out_accuracy=self._held_out_accuracy(),
            learning_rate=learning_rate,
            seconds=round(time.perf_counter() - begin, 2),
        )
        self._epochs += (figures,)
        return figures

    def logits(self, fields: np.ndarray) -> np.ndarray:
        """The averaged network's answers: (n, 28, 28) float32 in [0, 1] to (n, 10) float32."""
        answers = [
            self._averaged(self._to_device(fields[start : start + _ANSWERED_AT_ONCE, np.newaxis])).asnumpy()
            for start in range(0, len(fields), _ANSWERED_AT_ONCE)
        ]
        return np.concatenate(answers)

    def digits(self, fields: np.ndarray) -> np.ndarray:
        """The same as (n,) of whole numbers from 0 to 9."""
        digits: np.ndarray = self.logits(fields).argmax(axis=1)
        return digits

    def state(self) -> FittingState:
        """What the training needs to go on from here."""
        return FittingState(
            parameters=_written_by(self._network.save_parameters),
            trainer_states=_written_by(self._trainer.save_states),
            averaged=_written_by(self._averaged.save_parameters),
            epochs=self._epochs,
        )

    def restore(self, state: FittingState) -> None:
        """Go on from a state of the same recipe and data."""
        _read_by(lambda path: self._network.load_parameters(path, ctx=self._context), state.parameters)
        _read_by(lambda path: self._averaged.load_parameters(path, ctx=self._context), state.averaged)
        _read_by(self._trainer.load_states, state.trainer_states)
        self._epochs = state.epochs

    def _held_out_accuracy(self) -> float | None:
        if self._held_out is None:
            return None
        return float((self.digits(self._held_out.fields) == self._held_out.labels).mean())

    def _learn(self, epoch: int, progress: Progress) -> tuple[float, float, float]:
        """Mean loss, training accuracy and last learning rate of one pass in an order of the epoch's own."""
        random = np.random.default_rng((self._recipe.seed, epoch))
        self._bends = ElasticBends(random)
        steps = self._lessons.steps(self._recipe)
        digits, loss, right, learning_rate = 0, 0.0, 0, 0.0
        shown = progress(
            self._lessons.epoch(self._recipe, epoch, random),
            total=steps,
            description=f"epoch {epoch} of {self._recipe.epochs}",
        )
        for done, minibatch in enumerate(shown, start=(epoch - 1) * steps):
            learning_rate = self._recipe.learning_rate_at(
                minibatch=done, minibatches=self._recipe.epochs * steps
            )
            self._trainer.set_learning_rate(learning_rate)
            more_loss, more_right = self._step(minibatch, random)
            self._average(after=done + 1)
            digits, loss, right = digits + len(minibatch.labels), loss + more_loss, right + more_right
        if not math.isfinite(loss):
            raise FittingError(f"The loss of epoch {epoch} is {loss}: a lower learning rate may help.")
        return loss / digits, right / digits, learning_rate

    def _step(self, minibatch: Minibatch, random: np.random.Generator) -> tuple[float, int]:
        """Learn from one minibatch; its summed loss and how many of its digits were right before."""
        fields = self._distorted(minibatch, random)
        targets, weights = map(self._to_device, (minibatch.targets, minibatch.weights[:, np.newaxis]))
        with autograd.record():
            logits = self._network(fields)
            losses = self._loss(logits, targets, weights)
        losses.backward()
        digits = len(minibatch.labels)
        self._trainer.step(digits)
        answers = logits[:digits].asnumpy().argmax(axis=1)
        return float(losses.asnumpy().sum()), int((answers == minibatch.labels).sum())

    def _average(self, *, after: int) -> None:
        """Every few minibatches, move the averaged parameters towards those that learn.

        At first the average is that of all until now, so that the random beginning is soon forgotten.
        Source: Polyak and Juditsky 1992, in the exponential form of Tarvainen and Valpola 2017.
        """
        turns, rest = divmod(after, _AVERAGED_EVERY)
        if rest:
            return
        kept = min(self._recipe.averaging, 1 - 1 / turns)
        both = (block.collect_params().values() for block in (self._network, self._averaged))
        for learning, averaged in zip(*both, strict=True):
            averaged.data()[:] = kept * averaged.data() + (1 - kept) * learning.data()

    def _distorted(self, minibatch: Minibatch, random: np.random.Generator) -> mx.nd.NDArray:
        """(n, 1, 28, 28) other versions of the fields, sampled bilinearly, with paper around the field."""
        strengths = minibatch.strengths
        fields = change_thickness(minibatch.fields, strengths=strengths, random=random)
        affine = self._to_device(random_affine(strengths=strengths, random=random))
        size = (INPUT_SIZE, INPUT_SIZE)
        grid = mx.nd.GridGenerator(affine, transform_type="affine", target_shape=size)
        grid = grid + self._to_device(self._bends.pick(strengths, random))
        return mx.nd.BilinearSampler(self._to_device(fields[:, np.newaxis]), grid)

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
