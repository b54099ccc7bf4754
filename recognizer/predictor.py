"""The loaded network: one thread in each process that does every forward pass.

MXNet keeps 4.9 MB for ever for each new thread that runs an operator, and its engine promises nothing to
several threads at once or across a fork. So requests leave a field in a bounded queue, and the one thread
answers whatever is waiting, as one minibatch: it never waits for more. Who wants to see inside gets a pass
of its own for the field, after the minibatch that it was waiting with.
"""

import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from django.conf import settings

from recognizer.card import ServedCard, UnusableParameters, verified_card
from recognizer.errors import Busy, NotReady
from recognizer.scores import classify
from recognizer.types import MAX_MINIBATCH, Classification, Layers

logger = logging.getLogger(__name__)

QUEUE_SIZE = 256
"""Fields that may wait. At some 0.2 ms each a full queue is answered long before a client gives up."""

TIMEOUT_S = 10.0

Result = TypeVar("Result")


class Job(NamedTuple):
    """A field to be read."""

    field: np.ndarray
    answer: "Future[Classification]"


class Look(NamedTuple):
    """A field of which every layer's output is wanted."""

    field: np.ndarray
    layers: "Future[Layers]"


class Predictor:
    """LeNet with trained parameters. Safe to call from any number of threads."""

    def __init__(self, parameters: Path, *, timeout_s: float = TIMEOUT_S) -> None:
        self._parameters, self._timeout_s = parameters, timeout_s
        self._jobs: queue.Queue[Job | Look] = queue.Queue(QUEUE_SIZE)
        self._loaded: Future[ServedCard] = Future()
        threading.Thread(target=self._run, name="inference", daemon=True).start()

    @property
    def version(self) -> str:
        """Version of the parameters, as soon as they are loaded. Raises NotReady."""
        return self._wait_until_loaded().version

    def read(self, fields: Sequence[np.ndarray]) -> list[Classification]:
        """What fields of (28, 28) float32 in [0, 1] show. Raises NotReady and Busy."""
        waiting = [self.submit(field) for field in fields]
        return [self._result(answer) for answer in waiting]

    def look_inside(self, field: np.ndarray) -> Layers:
        """What each layer makes of a field of (28, 28) float32 in [0, 1]. Raises NotReady and Busy."""
        look = Look(field, Future())
        self._queue(look)
        return self._result(look.layers)

    def submit(self, field: np.ndarray) -> "Future[Classification]":
        """Queue a field; its answer comes later. Raises NotReady, and Busy when the queue is full."""
        job = Job(field, Future())
        self._queue(job)
        return job.answer

    def _queue(self, job: Job | Look) -> None:
        self._wait_until_loaded()
        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise Busy from error

    def _result(self, result: "Future[Result]") -> Result:
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
            from recognizer.network import Forward, load  # Here, so that only who predicts loads MXNet.

            forward = Forward(load(self._parameters))
        except Exception as error:
            is_explained = isinstance(error, UnusableParameters)
            logger.error("The recogniser cannot start: %s", error, exc_info=not is_explained)  # noqa: TRY400 -- the same
            self._loaded.set_exception(error)
            return
        self._loaded.set_result(card)
        while True:
            jobs = self._waiting()
            _answer([job for job in jobs if isinstance(job, Job)], forward.logits, card)
            _show([job for job in jobs if isinstance(job, Look)], forward.layers)

    def _waiting(self) -> list[Job | Look]:
        """The next job, with all that wait behind it."""
        jobs = [self._jobs.get()]
        while len(jobs) < MAX_MINIBATCH:
            try:
                jobs.append(self._jobs.get_nowait())
            except queue.Empty:
                break
        return jobs


def _answer(jobs: list[Job], network: Callable[[np.ndarray], np.ndarray], card: ServedCard) -> None:
    """Answer jobs, if any, with one forward pass; an error of it is theirs, and the thread lives on."""
    if not jobs:
        return
    try:
        logits = network(np.stack([job.field for job in jobs]))
        found = classify(logits, temperature=card.temperature, threshold=card.threshold)
    except Exception as error:  # noqa: BLE001 -- whoever waits for the answer gets the error instead
        for job in jobs:
            job.answer.set_exception(error)
    else:
        for job, answer in zip(jobs, found, strict=True):
            job.answer.set_result(answer)


def _show(looks: list[Look], network: Callable[[np.ndarray], Layers]) -> None:
    """Give each look its field's layers; an error is its own."""
    for look in looks:
        try:
            look.layers.set_result(network(look.field))
        except Exception as error:  # noqa: BLE001 -- as above
            look.layers.set_exception(error)


@cache
def shared_predictor() -> Predictor:
    """The process's one predictor, made when it is first asked for."""
    return Predictor(settings.MNIST_PARAMETERS)


# A thread does not survive a fork: a child makes a predictor of its own.
os.register_at_fork(after_in_child=shared_predictor.cache_clear)
