"""The loaded network: one thread in each process that does every forward pass.

MXNet permanently uses 4.9 MB for each new thread that runs an operator, and its engine promises nothing to
several threads at once or across a fork. So requests put their inputs into a bounded queue. The one thread
takes all that wait, as one minibatch, and never waits for more. An inspection, which needs the outputs of all
layers, gets a pass of its own after the minibatch that it was waiting with.
"""

import logging
import os
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from django.conf import settings

from recognizer.errors import Busy, NotReady
from recognizer.model_card import ServedCard, UnusableParameters, verified_card
from recognizer.outputs import MAX_MINIBATCH, Classification, Layers, digit_scores, probabilities

if TYPE_CHECKING:
    from recognizer.lenet import Forward

logger = logging.getLogger(__name__)

QUEUE_SIZE = 256
"""Inputs that may wait. At some 0.2 ms each a full queue is answered long before a client gives up."""

TIMEOUT_S = 10.0

Result = TypeVar("Result")


class ClassificationJob(NamedTuple):
    """An input to classify."""

    network_input: np.ndarray
    result: "Future[Classification]"


class LayersJob(NamedTuple):
    """An input to find the outputs of all layers for."""

    network_input: np.ndarray
    result: "Future[Layers]"


class Predictor:
    """LeNet with trained parameters. Safe to call from any number of threads."""

    def __init__(self, parameters: Path, *, timeout_s: float = TIMEOUT_S) -> None:
        self._parameters, self._timeout_s = parameters, timeout_s
        self._jobs: queue.Queue[ClassificationJob | LayersJob] = queue.Queue(QUEUE_SIZE)
        self._loaded: Future[ServedCard] = Future()
        threading.Thread(target=self._run, name="inference", daemon=True).start()

    @property
    def version(self) -> str:
        """Version of the parameters, as soon as they are loaded. Raises NotReady."""
        return self._wait_until_loaded().version

    def classify(self, inputs: Sequence[np.ndarray]) -> list[Classification]:
        """The network's results for inputs of (28, 28) float32 in [0, 1]. Raises NotReady and Busy."""
        submitted = [self.submit(network_input) for network_input in inputs]
        return [self._wait_for(result) for result in submitted]

    def submit(self, network_input: np.ndarray) -> "Future[Classification]":
        """Queue an input, to be classified later. Raises NotReady, and Busy when the queue is full."""
        job = ClassificationJob(network_input, Future())
        self._queue(job)
        return job.result

    def layers(self, network_input: np.ndarray) -> Layers:
        """The outputs of all layers for an input of (28, 28) float32 in [0, 1]. Raises NotReady and Busy."""
        job = LayersJob(network_input, Future())
        self._queue(job)
        return self._wait_for(job.result)

    def _queue(self, job: ClassificationJob | LayersJob) -> None:
        self._wait_until_loaded()
        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise Busy from error

    def _wait_for(self, result: "Future[Result]") -> Result:
        try:
            return result.result(timeout=self._timeout_s)
        except TimeoutError as error:
            raise Busy from error

    def _wait_until_loaded(self) -> ServedCard:
        try:
            return self._loaded.result(timeout=self._timeout_s)
        except Exception as error:
            raise NotReady from error

    def _run(self) -> None:
        try:
            card = verified_card(self._parameters)
            from recognizer.lenet import Forward, load  # Late: it takes a second or two to load MXNet.

            forward = Forward(load(self._parameters))
        except Exception as error:
            is_explained = isinstance(error, UnusableParameters)
            logger.error("The recogniser cannot start: %s", error, exc_info=not is_explained)  # noqa: TRY400 -- the same
            self._loaded.set_exception(error)
            return
        self._loaded.set_result(card)
        while True:
            jobs = [self._jobs.get()]
            with suppress(queue.Empty):
                while len(jobs) < MAX_MINIBATCH:
                    jobs.append(self._jobs.get_nowait())
            if minibatch := [job for job in jobs if isinstance(job, ClassificationJob)]:
                _classify(minibatch, forward, card)
            for job in jobs:
                if isinstance(job, LayersJob):
                    _find_layers(job, forward)


def _classify(jobs: Sequence[ClassificationJob], forward: "Forward", card: ServedCard) -> None:
    """Do jobs with one forward pass. An error becomes the result of them all, and the thread lives on."""
    try:
        logits = forward.logits(np.stack([job.network_input for job in jobs]))
        shares = probabilities(logits, temperature=card.temperature)
        scores: list[float] = digit_scores(logits).tolist()
    except Exception as error:  # noqa: BLE001 -- the request that waits for the result gets the error instead
        for job in jobs:
            job.result.set_exception(error)
    else:
        for job, share, score in zip(jobs, shares, scores, strict=True):
            job.result.set_result(Classification(share, score, margin=score - card.threshold))


def _find_layers(job: LayersJob, forward: "Forward") -> None:
    try:
        layers = forward.layers(job.network_input)
    except Exception as error:  # noqa: BLE001 -- as above
        job.result.set_exception(error)
    else:
        job.result.set_result(layers)


@cache
def shared_predictor() -> Predictor:
    """The process's one predictor, made when it is first asked for."""
    return Predictor(settings.MNIST_PARAMETERS)


# A thread does not survive a fork: a child makes a predictor of its own.
os.register_at_fork(after_in_child=shared_predictor.cache_clear)
