"""The one inference thread: under load, when it cannot start, when it is held up, and after a fork."""

import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from django.core.checks import run_checks
from mxnet import MXNetError
from pytest_django import Settings

from recognizer.errors import Busy, NotReady
from recognizer.model_card import card_path
from recognizer.outputs import Classification, probabilities
from recognizer.predictor import QUEUE_SIZE, ClassificationJob, Predictor, shared_predictor
from recognizer.preprocessing import preprocess_digit
from tests.conftest import Digits

BLANK = np.zeros((28, 28), np.float32)
Damage = Callable[[Path], None]


@pytest.fixture
def parameters(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the parameters that ship, with their card, to be damaged."""
    copy = tmp_path / "lenet.params"
    shutil.copy(settings.MNIST_PARAMETERS, copy)
    shutil.copy(card_path(settings.MNIST_PARAMETERS), card_path(copy))
    return copy


def test_many_threads_at_once_each_get_their_own_answer(test_digits: Digits) -> None:
    inputs = [preprocess_digit(image) for image in test_digits.images]
    alone = [shared_predictor().classify([network_input])[0].probabilities for network_input in inputs]
    with ThreadPoolExecutor(32) as threads:
        answers = threads.map(shared_predictor().classify, [[network_input] for network_input in inputs] * 5)
        together = [answer.probabilities for (answer,) in answers]
    np.testing.assert_allclose(together, alone * 5, atol=1e-5)


def test_no_request_thread_enters_mxnet(test_digits: Digits) -> None:
    """Each one that did would cost 4.9 MB for ever, so two hundred threads would show."""
    network_input = preprocess_digit(test_digits.images[0])
    shared_predictor().classify([network_input])
    shared_predictor().layers(network_input)
    before = resident_bytes()
    for i in range(200):
        task = (
            (shared_predictor().classify, [network_input])
            if i % 2
            else (shared_predictor().layers, network_input)
        )
        thread = threading.Thread(target=task[0], args=task[1:])
        thread.start()
        thread.join()
    assert resident_bytes() - before < 100_000_000


class SlowInput:
    """Holds the inference thread up until it is released."""

    def __init__(self) -> None:
        self.reached, self.release = threading.Event(), threading.Event()

    def __array__(self, dtype: object = None) -> np.ndarray:
        self.reached.set()
        self.release.wait()
        return BLANK


def submitted(
    predictor: Predictor, network_input: np.ndarray | SlowInput, *, within_s: float = 10
) -> "Future[list[Classification]]":
    """The result of an input that waits."""
    results: Future[list[Classification]] = Future()
    job = ClassificationJob([cast(np.ndarray, network_input)], results)
    predictor.submit([job], deadline=time.monotonic() + within_s)
    return results


def test_a_full_queue_is_busy_at_the_deadline_and_answers_what_waits_in_it(parameters: Path) -> None:
    predictor, slow = Predictor(parameters), SlowInput()
    waiting = [submitted(predictor, slow)]
    slow.reached.wait()
    waiting += [submitted(predictor, BLANK) for _ in range(QUEUE_SIZE)]
    with pytest.raises(Busy):
        submitted(predictor, BLANK, within_s=0.2)
    with ThreadPoolExecutor(1) as threads:
        patient = threads.submit(predictor.classify, [BLANK] * (QUEUE_SIZE + 1))
        slow.release.set()
        assert len(patient.result(timeout=10)) == QUEUE_SIZE + 1
    assert all(len(answer.result(timeout=10)[0].probabilities) == 10 for answer in waiting)


def test_who_waits_too_long_is_told_that_it_is_busy(parameters: Path) -> None:
    predictor, slow = Predictor(parameters, timeout_s=2), SlowInput()
    submitted(predictor, slow)
    with pytest.raises(Busy):
        predictor.classify([BLANK])
    slow.release.set()
    assert len(predictor.classify([BLANK])) == 1


@pytest.mark.parametrize("call", ["classify", "layers"])
def test_a_call_waits_until_its_deadline(parameters: Path, call: str) -> None:
    predictor, slow = Predictor(parameters), SlowInput()
    submitted(predictor, slow)
    started = time.monotonic()
    with pytest.raises(Busy):
        getattr(predictor, call)([BLANK] if call == "classify" else BLANK, deadline=started + 0.5)
    assert time.monotonic() - started < 5
    slow.release.set()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set instead of ending the process, which would be the tests' own."""
    event = threading.Event()
    monkeypatch.setattr("recognizer.predictor.end_process", event.set)
    return event


def test_a_pass_that_does_not_end_makes_it_busy_at_once_and_ends_the_process(
    parameters: Path, ended: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recognizer.predictor.PASS_TIMEOUT_S", 2)
    monkeypatch.setattr("recognizer.predictor.HANG_TIMEOUT_S", 4)
    predictor, slow = Predictor(parameters), SlowInput()
    predictor.classify([BLANK])
    submitted(predictor, slow)
    slow.reached.wait()
    assert not predictor.hangs
    while not predictor.hangs:
        time.sleep(0.1)
    assert not ended.is_set()
    started = time.monotonic()
    with pytest.raises(Busy):
        predictor.classify([BLANK])
    assert time.monotonic() - started < 1
    assert ended.wait(20)
    slow.release.set()


def test_a_process_that_is_at_work_or_idle_does_not_end(
    parameters: Path, ended: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recognizer.predictor.HANG_TIMEOUT_S", 2)
    predictor = Predictor(parameters)
    until = time.monotonic() + 4
    while time.monotonic() < until:
        predictor.classify([BLANK] * 40)
    assert not ended.wait(4)


def test_requests_that_come_while_it_loads_are_answered(parameters: Path) -> None:
    assert len(Predictor(parameters).classify([BLANK])) == 1


def test_an_error_in_a_pass_is_answered_and_the_next_one_succeeds(parameters: Path) -> None:
    predictor = Predictor(parameters)
    with pytest.raises(ValueError, match="broadcast"):
        predictor.classify([np.zeros((3, 3), np.float32)])
    assert len(predictor.classify([BLANK])) == 1


def test_classifications_and_layers_that_wait_together_each_come_back(parameters: Path) -> None:
    predictor, slow = Predictor(parameters), SlowInput()
    submitted(predictor, slow)
    slow.reached.wait()
    with ThreadPoolExecutor(8) as threads:
        looks = [threads.submit(predictor.layers, BLANK) for _ in range(4)]
        readings = [threads.submit(predictor.classify, [BLANK]) for _ in range(4)]
        slow.release.set()
        logits = [look.result().logits for look in looks]
        answers = [reading.result()[0] for reading in readings]
    highest = {answer.probabilities.argmax() for answer in answers} | {one.argmax() for one in logits}
    assert len(highest) == 1


def test_an_error_in_an_inspection_is_its_own_and_the_next_one_succeeds(parameters: Path) -> None:
    predictor = Predictor(parameters)
    with pytest.raises(MXNetError):
        predictor.layers(np.zeros((3, 3), np.float32))
    assert predictor.layers(BLANK).logits.shape == (10,)


def damage_parameters(parameters: Path) -> None:
    parameters.write_bytes(parameters.read_bytes()[:-1])


def remove_parameters(parameters: Path) -> None:
    parameters.unlink()


def damage_card(parameters: Path) -> None:
    card_path(parameters).write_text("{")


def describe_a_file_that_is_no_network(parameters: Path) -> None:
    parameters.write_bytes(b"not parameters")
    card = json.loads(card_path(parameters).read_text())
    card["parameters"]["sha256"] = hashlib.sha256(b"not parameters").hexdigest()
    card_path(parameters).write_text(json.dumps(card))


@pytest.mark.parametrize(
    "damage", [damage_parameters, remove_parameters, damage_card, describe_a_file_that_is_no_network]
)
def test_damaged_parameters_make_it_not_ready(parameters: Path, damage: Damage) -> None:
    damage(parameters)
    predictor = Predictor(parameters)
    with pytest.raises(NotReady):
        predictor.classify([BLANK])
    with pytest.raises(NotReady):
        predictor.layers(BLANK)
    with pytest.raises(NotReady):
        _ = predictor.version


@pytest.mark.parametrize("damage", [damage_parameters, remove_parameters, damage_card])
def test_a_system_check_warns_of_damaged_parameters(
    parameters: Path, damage: Damage, settings: Settings
) -> None:
    damage(parameters)
    settings.MNIST_PARAMETERS = parameters
    (warning,) = (message for message in run_checks() if message.id == "recognizer.W001")
    assert str(parameters.parent) in warning.msg
    assert "train_lenet" in str(warning.hint)


def test_a_forked_child_makes_a_predictor_of_its_own() -> None:
    shared_predictor()
    assert shared_predictor.cache_info().currsize == 1
    child = os.fork()
    if child == 0:
        made_before = shared_predictor.cache_info().currsize
        answers = len(shared_predictor().classify([BLANK, BLANK]))
        os._exit(0 if (made_before, answers) == (0, 2) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_probabilities_sum_to_one_even_for_huge_logits() -> None:
    np.testing.assert_allclose(probabilities(np.array([[1e4] + [0] * 9, [-1e4] * 10])).sum(axis=1), 1)


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
