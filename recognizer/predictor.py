"""The loaded network: one thread in each process that does every forward pass.

MXNet keeps 4.9 MB for ever for each new thread that runs an operator, and its engine promises nothing to
several threads at once or across a fork. So requests leave a field in a bounded queue, and the one thread
answers whatever is waiting, as one minibatch: it never waits for more.
"""

import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.conf import settings

from recognizer.card import ServedCard, UnusableParameters, verified_card
from recognizer.errors import Busy, NotReady
from recognizer.fields import MAX_MINIBATCH
from recognizer.scores import Answer, answers

logger = logging.getLogger(__name__)

QUEUE_SIZE = 256
"""Fields that may wait. At some 0.2 ms each a full queue is answered long before a client gives up."""

TIMEOUT_S = 10.0


class Job(NamedTuple):
    field: np.ndarray
    answer: "Future[Answer]"


class Predictor:
    """LeNet with trained parameters. Safe to call from any number of threads."""

    def __init__(self, parameters: Path, *, timeout_s: float = TIMEOUT_S) -> None:
        self._parameters, self._timeout_s = parameters, timeout_s
        self._jobs: queue.Queue[Job] = queue.Queue(QUEUE_SIZE)
        self._loaded: Future[ServedCard] = Future()
        threading.Thread(target=self._run, name="inference", daemon=True).start()

    @property
    def version(self) -> str:
        """Version of the parameters, as soon as they are loaded. Raises NotReady."""
        return self._wait_until_loaded().version

    def read(self, fields: Sequence[np.ndarray]) -> list[Answer]:
        """What fields of (28, 28) float32 in [0, 1] show. Raises NotReady and Busy."""
        waiting = [self.submit(field) for field in fields]
        try:
            return [answer.result(timeout=self._timeout_s) for answer in waiting]
        except TimeoutError as error:
            raise Busy from error

    def submit(self, field: np.ndarray) -> "Future[Answer]":
        """Queue a field; its answer comes later. Raises NotReady, and Busy when the queue is full."""
        self._wait_until_loaded()
        job = Job(field, Future())
        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise Busy from error
        return job.answer

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
            logger.error("The recogniser cannot start: %s", error, exc_info=not is_explained)
            self._loaded.set_exception(error)
            return
        self._loaded.set_result(card)
        while True:
            _answer(self._waiting(), forward.logits, card)

    def _waiting(self) -> list[Job]:
        """The next job, with all that wait behind it."""
        jobs = [self._jobs.get()]
        while len(jobs) < MAX_MINIBATCH:
            try:
                jobs.append(self._jobs.get_nowait())
            except queue.Empty:
                break
        return jobs


def _answer(jobs: list[Job], network: Callable[[np.ndarray], np.ndarray], card: ServedCard) -> None:
    """Answer jobs with one forward pass; an error of it is theirs, and the thread lives on."""
    try:
        logits = network(np.stack([job.field for job in jobs]))
        found = answers(logits, temperature=card.temperature, threshold=card.threshold)
    except Exception as error:  # noqa: BLE001 -- whoever waits for the answer gets the error instead
        for job in jobs:
            job.answer.set_exception(error)
    else:
        for job, answer in zip(jobs, found, strict=True):
            job.answer.set_result(answer)


@cache
def shared_predictor() -> Predictor:
    """This process's predictor, made when it is first asked for."""
    return Predictor(settings.MNIST_PARAMETERS)


# A thread does not survive a fork: a child makes a predictor of its own.
os.register_at_fork(after_in_child=shared_predictor.cache_clear)
