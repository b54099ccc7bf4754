"""The common behaviour of all background tasks of a serving process."""

from types import SimpleNamespace

import pytest

from history import background
from history.background import PeriodicThread
from tests.history.periodic import waits_of


@pytest.mark.parametrize(("daemon", "attempts"), [(True, 3), (False, 4)])
def test_only_a_task_that_a_process_waits_for_runs_once_more_at_its_end(
    monkeypatch: pytest.MonkeyPatch, daemon: bool, attempts: int
) -> None:
    done: list[None] = []
    thread = PeriodicThread(lambda: done.append(None), name="a", failure="", interval_s=5, daemon=daemon)
    assert waits_of(thread, monkeypatch, count=3) == [5] * 3
    assert len(done) == attempts


def test_the_log_reports_an_error_once_a_minute(
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
