"""What every task in the background of a serving process has in common."""

from types import SimpleNamespace

import pytest

from history import background
from history.background import PeriodicThread
from tests.history.periodic import waits_of


@pytest.mark.parametrize(("daemon", "attempts"), [(True, 3), (False, 4)])
def test_only_what_a_process_waits_for_is_done_once_more_at_its_end(
    monkeypatch: pytest.MonkeyPatch, daemon: bool, attempts: int
) -> None:
    done: list[None] = []
    thread = PeriodicThread(lambda: done.append(None), name="a", failure="", interval_s=5, daemon=daemon)
    assert waits_of(thread, monkeypatch, count=3) == [5] * 3
    assert len(done) == attempts


def test_the_log_names_a_mistake_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    seconds = iter([0, 0, 59.9, 60, 60, 61])
    monkeypatch.setattr(background, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    thread = PeriodicThread(fail, name="a", failure="It is not done", interval_s=1)
    for _ in range(4):
        thread.attempt()
    assert caplog.messages == ["It is not done"] * 2
    assert list(seconds) == []
