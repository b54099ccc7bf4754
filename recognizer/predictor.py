"""The loaded network: one thread in each process that does every forward pass.

MXNet permanently uses 4.9 MB for each new thread that runs an operator, and its engine promises nothing to
several threads at once or across a fork. So requests put their inputs into a bounded queue. The one thread
takes all that wait, as one minibatch, and never waits for more. An inspection, which needs the outputs of all
layers, gets a pass of its own after the minibatch that it was waiting with.

A second thread watches the first. A pass that does not end would let every request wait, and nothing in the
process can stop it. So the process ends, and gunicorn replaces it.
"""

import atexit
import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from django.conf import settings

from mnistsite import cpu_time
from mnistsite.types import Settable
from recognizer.errors import Busy, NotReady
from recognizer.model_card import ServedCard, UnusableParameters, verified_card
from recognizer.outputs import MAX_MINIBATCH, Classification, Layers, digit_scores, probabilities

if TYPE_CHECKING:
    from recognizer.lenet import Forward

logger = logging.getLogger(__name__)

QUEUE_SIZE = 256
"""Calls whose inputs may wait. Further ones wait for room until their deadline, or are refused."""

INPUT_CPU_S = 0.0002
"""Processor time that the inference thread spends on an input, about. Each request counts its own."""

TIMEOUT_S = 10.0
"""How long a drawing, or a call without a deadline, may wait for the network and for all before it."""

PASS_TIMEOUT_S = 3
"""A longer pass counts as hanging, and the process as not ready. Usual ones take some milliseconds."""

HANG_TIMEOUT_S = 10
"""After so long a pass the process ends."""

END_TIMEOUT_S = 15
"""How long the process may take to answer its other requests and to write its statistics."""

Result = TypeVar("Result")


class ClassificationJob(NamedTuple):
    """Inputs to classify."""

    inputs: Sequence[np.ndarray]
    results: Settable[list[Classification]]


class LayersJob(NamedTuple):
    """An input to find the outputs of all layers for."""

    network_input: np.ndarray
    result: Settable[Layers]


Jobs = Sequence[ClassificationJob | LayersJob]


class Predictor:
    """LeNet with trained parameters. Safe to call from any number of threads."""

    def __init__(self, parameters: Path, *, timeout_s: float = TIMEOUT_S) -> None:
        self._parameters, self._timeout_s = parameters, timeout_s
        self._calls: queue.Queue[Jobs] = queue.Queue(QUEUE_SIZE)
        self._loaded: Future[ServedCard] = Future()
        self._passes = 0
        self._is_passing = False
        self._hanging_s = 0
        threading.Thread(target=self._run, name="inference", daemon=True).start()
        threading.Thread(target=self._watch, name="inference-watch", daemon=True).start()

    @property
    def version(self) -> str:
        """Version of the parameters, as soon as they are loaded. Raises NotReady."""
        return self._wait_until_loaded().version

    @property
    def is_loaded(self) -> bool:
        return self._loaded.done() and self._loaded.exception() is None

    @property
    def waiting(self) -> int:
        """The number of calls whose inputs wait."""
        return self._calls.qsize()

    @property
    def hangs(self) -> bool:
        """Whether a pass has begun and does not end."""
        return self._hanging_s >= PASS_TIMEOUT_S

    def classify(
        self, inputs: Sequence[np.ndarray], *, deadline: float | None = None
    ) -> list[Classification]:
        """The network's results for inputs of (28, 28) float32 in [0, 1].

        deadline: of time.monotonic(). Raises NotReady, and Busy if it passes before the results are there.
        """
        deadline = deadline or self._deadline()
        cpu_time.add(len(inputs) * INPUT_CPU_S)
        results: Future[list[Classification]] = Future()
        self.submit([ClassificationJob(inputs, results)], deadline=deadline)
        return _wait_for(results, deadline)

    def layers(self, network_input: np.ndarray, *, deadline: float | None = None) -> Layers:
        """The outputs of all layers for an input of (28, 28) float32 in [0, 1]. As classify()."""
        deadline = deadline or self._deadline()
        cpu_time.add(INPUT_CPU_S)
        result: Future[Layers] = Future()
        self.submit([LayersJob(network_input, result)], deadline=deadline)
        return _wait_for(result, deadline)

    def submit(self, jobs: Jobs, *, deadline: float = 0) -> None:
        """Queue jobs. Raises NotReady, and Busy if there is no room before the deadline.

        Without a deadline it waits for nothing.
        """
        if deadline:
            self._wait_until_loaded()
        elif not self.is_loaded:
            raise NotReady
        if self.hangs:
            raise Busy
        try:
            self._calls.put(jobs, timeout=max(0, deadline - time.monotonic()))
        except queue.Full as error:
            raise Busy from error

    def _deadline(self) -> float:
        return time.monotonic() + self._timeout_s

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
            jobs = [*self._calls.get()]
            with suppress(queue.Empty):
                while len(jobs) < MAX_MINIBATCH:
                    jobs += self._calls.get_nowait()
            self._classify([job for job in jobs if isinstance(job, ClassificationJob)], forward, card)
            for job in jobs:
                if isinstance(job, LayersJob):
                    self._find_layers(job, forward)
            del jobs, job

    def _classify(self, jobs: Sequence[ClassificationJob], forward: "Forward", card: ServedCard) -> None:
        """Do jobs together. An error becomes the result of them all, and the thread lives on."""
        inputs = [network_input for job in jobs for network_input in job.inputs]
        classifications: list[Classification] = []
        try:
            for start in range(0, len(inputs), MAX_MINIBATCH):
                with self._watched():
                    logits = forward.logits(np.stack(inputs[start : start + MAX_MINIBATCH]))
                shares = probabilities(logits, temperature=card.temperature)
                for share, score in zip(shares, digit_scores(logits).tolist(), strict=True):
                    classifications.append(Classification(share, score, margin=score - card.threshold))
        except Exception as error:  # noqa: BLE001 -- the request that waits for the result gets the error instead
            for job in jobs:
                job.results.set_exception(error)
            return
        start = 0
        for job in jobs:
            job.results.set_result(classifications[start : start + len(job.inputs)])
            start += len(job.inputs)

    def _find_layers(self, job: LayersJob, forward: "Forward") -> None:
        try:
            with self._watched():
                layers = forward.layers(job.network_input)
        except Exception as error:  # noqa: BLE001 -- as above
            job.result.set_exception(error)
        else:
            job.result.set_result(layers)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """A pass of the network, which must end."""
        self._is_passing = True
        try:
            yield
        finally:
            self._is_passing = False
            self._passes += 1

    def _watch(self) -> None:
        """End the process when a pass hangs.

        Counts seconds in which this thread ran, not the clock's: a process may be stopped and continued.
        """
        passes = 0
        while self._hanging_s < HANG_TIMEOUT_S:
            time.sleep(1)
            is_hanging = self._is_passing and self._passes == passes
            self._hanging_s = self._hanging_s + 1 if is_hanging else 0
            passes = self._passes
        logger.critical("A forward pass does not end. This process ends; a server replaces it.")
        end_process()


def _wait_for(result: "Future[Result]", deadline: float) -> Result:
    try:
        return result.result(timeout=max(0, deadline - time.monotonic()))
    except TimeoutError as error:
        raise Busy from error


def end_process() -> None:
    """Let a server's process answer its other requests and write its statistics, and then end."""
    atexit.register(os._exit, 1)  # MXNet's own exit would wait for the pass.
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_TIMEOUT_S)
    os._exit(1)


@cache
def shared_predictor() -> Predictor:
    """The process's one predictor, made when it is first asked for."""
    return Predictor(settings.MNIST_PARAMETERS)


# A thread does not survive a fork: a child makes a predictor of its own.
os.register_at_fork(after_in_child=shared_predictor.cache_clear)
