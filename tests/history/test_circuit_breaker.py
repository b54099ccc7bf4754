"""A failing store gets one attempt at a time, a second after its last failure, until one succeeds."""

from types import SimpleNamespace

import pytest

from history.stores import circuit_breaker as breaker
from history.stores.base import Refused, StoreUnavailable
from history.stores.circuit_breaker import CircuitBreaker, CircuitOpen


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The breaker's clock, which the test sets: waiting takes seconds and is inexact at the bounds."""
    clock = Clock()
    monkeypatch.setattr(breaker, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


def fail(tried: CircuitBreaker, error: Exception | None = None) -> None:
    error = error or StoreUnavailable("it does not answer")
    with pytest.raises(type(error)), tried.attempt():
        raise error


def succeed(tried: CircuitBreaker) -> None:
    with tried.attempt():
        pass


def assert_waits(tried: CircuitBreaker) -> None:
    with pytest.raises(CircuitOpen), tried.attempt():
        pytest.fail("It was let through.")


@pytest.fixture
def broken(clock: Clock) -> CircuitBreaker:
    tried = CircuitBreaker()
    for _ in range(3):
        fail(tried)
    return tried


def test_three_failures_in_a_row_open_the_circuit_but_two_do_not(clock: Clock) -> None:
    tried = CircuitBreaker()
    for _ in range(2):
        fail(tried)
    succeed(tried)
    for _ in range(3):
        fail(tried)
    assert_waits(tried)


def test_each_failure_opens_the_circuit_for_another_second(clock: Clock, broken: CircuitBreaker) -> None:
    for _ in range(3):
        clock.now_s += 0.999
        assert_waits(broken)
        clock.now_s += 0.001
        fail(broken)
    assert_waits(broken)


def test_one_success_closes_the_circuit(clock: Clock, broken: CircuitBreaker) -> None:
    clock.now_s += 1
    succeed(broken)
    for _ in range(2):
        with broken.attempt(), broken.attempt():
            pass
        fail(broken)
    succeed(broken)


def test_one_attempt_is_made_while_the_others_fail_at_once(clock: Clock, broken: CircuitBreaker) -> None:
    clock.now_s += 1
    with broken.attempt():
        assert_waits(broken)
        clock.now_s += 60
        assert_waits(broken)
    succeed(broken)


def test_a_rejected_record_does_not_open_the_circuit(clock: Clock) -> None:
    tried = CircuitBreaker()
    for _ in range(2):
        fail(tried)
    for _ in range(9):
        fail(tried, Refused("it is too large"))
    succeed(tried)


@pytest.mark.parametrize("error", [Refused("it is too large"), ValueError("a mistake")])
def test_an_inconclusive_attempt_lets_the_next_one_try(
    clock: Clock, broken: CircuitBreaker, error: Exception
) -> None:
    clock.now_s += 1
    fail(broken, error)
    with broken.attempt():
        assert_waits(broken)


def test_an_interrupted_attempt_lets_the_next_one_try(clock: Clock, broken: CircuitBreaker) -> None:
    clock.now_s += 1
    with pytest.raises(KeyboardInterrupt), broken.attempt():
        raise KeyboardInterrupt
    succeed(broken)
