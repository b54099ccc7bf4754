"""The training loop. Besides the network itself, this is the only module that uses MXNet.

`recognizer.lenet` sets one OpenMP thread. Every sum then has one order, and hyperparameters and data decide
the parameters to the last bit.
"""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

# isort: off
from recognizer import lenet  # Before MXNet, which reads its number of threads when it is imported.

import mxnet as mx
from mxnet import autograd, gluon
# isort: on

import numpy as np

from management.progress import bars, check_stop
from management.training.artefacts import TrainerState
from management.training.augmentation.images import ElasticBends, random_affine, vary_thickness
from management.training.datasets.labelled import DigitSet
from management.training.errors import TrainingError
from management.training.hyperparameters import Hyperparameters
from management.training.metrics import EpochMetrics
from management.training.training_data import Batches, Minibatch
from mnistsite.types import INPUT_SIZE

_MEASURED_AT_ONCE = 250
"""Digits in a forward pass without training. The logits do not depend on it."""

_AVERAGED_EVERY = 8
"""Minibatches. Averaging after each would cost a tenth of the time and change nothing."""


class DivergedError(TrainingError):
    """The loss is no longer a number."""


class Trainer:
    """Stochastic gradient descent on LeNet from random parameters, an epoch at a time.

    `epochs` holds the metrics of every epoch so far.
    """

    def __init__(
        self,
        *,
        batches: Batches,
        held_out: DigitSet | None,
        hyperparameters: Hyperparameters,
        context: mx.Context | None = None,
    ) -> None:
        self._batches, self._held_out, self._hyperparameters = batches, held_out, hyperparameters
        self._context = context or lenet.best_context()
        self._network = lenet.initialize(seed=hyperparameters.seed, context=self._context)
        self._averaged = lenet.initialize(seed=hyperparameters.seed, context=self._context)
        for block in (self._network, self._averaged):
            block.hybridize(static_alloc=True, static_shape=True)
        self._loss = gluon.loss.SoftmaxCrossEntropyLoss(sparse_label=False)
        options = {"momentum": hyperparameters.momentum, "wd": hyperparameters.weight_decay}
        self._trainer = gluon.Trainer(self._network.collect_params(), "sgd", options)
        self.epochs: tuple[EpochMetrics, ...] = ()

    @property
    def is_complete(self) -> bool:
        return len(self.epochs) >= self._hyperparameters.epochs

    def run_epoch(self) -> EpochMetrics:
        """Learn from an epoch's minibatches, then measure the averaged network on any held-out digits.

        Raises DivergedError when the loss is no longer a number, and Stopped between two minibatches.
        """
        begin = time.perf_counter()
        hyperparameters, epoch = self._hyperparameters, len(self.epochs) + 1
        random = np.random.default_rng((hyperparameters.seed, epoch))
        bends = ElasticBends(random)
        steps = self._batches.steps(hyperparameters)
        digits, loss, right, learning_rate = 0, 0.0, 0, 0.0
        minibatches = bars(
            self._batches.epoch(hyperparameters, epoch, random),
            total=steps,
            description=f"epoch {epoch} of {hyperparameters.epochs}",
        )
        for done, minibatch in enumerate(minibatches, start=(epoch - 1) * steps):
            check_stop()
            learning_rate = hyperparameters.learning_rate_at(
                minibatch=done, minibatches=hyperparameters.epochs * steps
            )
            self._trainer.set_learning_rate(learning_rate)
            inputs = self._augmented(minibatch, bends, random)
            targets, weights = map(self._to_device, (minibatch.targets, minibatch.weights[:, np.newaxis]))
            with autograd.record():
                logits = self._network(inputs)
                losses = self._loss(logits, targets, weights)
            losses.backward()
            count = len(minibatch.labels)
            self._trainer.step(count)
            self._average(after=done + 1)
            digits += count
            loss += float(losses.asnumpy().sum())
            right += int((logits[:count].asnumpy().argmax(axis=1) == minibatch.labels).sum())
        if not math.isfinite(loss):
            raise DivergedError(f"The loss of epoch {epoch} is {loss}: a lower learning rate may help.")
        held_out_accuracy = None
        if (held_out := self._held_out) is not None:
            held_out_accuracy = float((self.logits(held_out.inputs).argmax(axis=1) == held_out.labels).mean())
        metrics = EpochMetrics(
            epoch=epoch,
            loss=loss / digits,
            training_accuracy=right / digits,
            held_out_accuracy=held_out_accuracy,
            learning_rate=learning_rate,
            seconds=round(time.perf_counter() - begin, 2),
        )
        self.epochs += (metrics,)
        return metrics

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """The averaged network's logits: (n, 28, 28) float32 in [0, 1] to (n, 10) float32."""
        minibatches = [
            self._averaged(self._to_device(inputs[start : start + _MEASURED_AT_ONCE, np.newaxis])).asnumpy()
            for start in range(0, len(inputs), _MEASURED_AT_ONCE)
        ]
        return np.concatenate(minibatches)

    def state(self) -> TrainerState:
        """All that the training needs to go on from here."""
        return TrainerState(
            parameters=_written_by(self._network.save_parameters),
            trainer_states=_written_by(self._trainer.save_states),
            averaged=_written_by(self._averaged.save_parameters),
            epochs=self.epochs,
        )

    def restore(self, state: TrainerState) -> None:
        """Go on from a state of the same hyperparameters and data."""
        _read_by(lambda path: self._network.load_parameters(path, ctx=self._context), state.parameters)
        _read_by(lambda path: self._averaged.load_parameters(path, ctx=self._context), state.averaged)
        _read_by(self._trainer.load_states, state.trainer_states)
        self.epochs = state.epochs

    @property
    def layers(self) -> list[tuple[str, int]]:
        """The kind of each layer, by its name in Gluon, and the number of its parameters."""
        return [
            (type(layer).__name__, sum(math.prod(each.shape) for each in layer.collect_params().values()))
            for layer in self._network
        ]

    @property
    def first_filters(self) -> np.ndarray:
        """(20, 1, 5, 5): the averaged weights of the first convolution."""
        filters: np.ndarray = self._averaged[0].weight.data().asnumpy()
        return filters

    @property
    def device(self) -> str:
        """MXNet's name of the device, such as cpu(0), and the number of threads."""
        return f"{self._context}, OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}"

    def _augmented(
        self, minibatch: Minibatch, bends: ElasticBends, random: np.random.Generator
    ) -> mx.nd.NDArray:
        """(n, 1, 28, 28) varied inputs, sampled bilinearly, with paper around them."""
        strengths = minibatch.strengths
        inputs = vary_thickness(minibatch.inputs, strengths=strengths, random=random)
        affine = self._to_device(random_affine(strengths=strengths, random=random))
        size = (INPUT_SIZE, INPUT_SIZE)
        grid = mx.nd.GridGenerator(affine, transform_type="affine", target_shape=size)
        grid = grid + self._to_device(bends.pick(strengths, random))
        return mx.nd.BilinearSampler(self._to_device(inputs[:, np.newaxis]), grid)

    def _average(self, *, after: int) -> None:
        """Every few minibatches, move the averaged parameters towards those of the network that learns.

        At first it is the average of all parameters so far, so that the random ones soon have little weight.
        Source: Polyak and Juditsky 1992, in the exponential form of Tarvainen and Valpola 2017.
        """
        turns, rest = divmod(after, _AVERAGED_EVERY)
        if rest:
            return
        kept = min(self._hyperparameters.averaging, 1 - 1 / turns)
        both = (block.collect_params().values() for block in (self._network, self._averaged))
        for learning, averaged in zip(*both, strict=True):
            averaged.data()[:] = kept * averaged.data() + (1 - kept) * learning.data()

    def _to_device(self, values: np.ndarray) -> mx.nd.NDArray:
        return mx.nd.array(values, ctx=self._context, dtype=np.float32)


def _written_by(write: Callable[[str], None]) -> bytes:
    """The content that MXNet, which only knows file names, writes to a file."""
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
