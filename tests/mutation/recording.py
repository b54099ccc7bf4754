"""Which test runs which lines, and how long it takes: one run of the tests under coverage.

python -m tests.mutation.recording FILE PYTEST-ARGUMENT... makes the run, in a scratch copy.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import coverage
import pytest

CONTEXT = "MUTATION_CONTEXT"
"""Names the test that a process of the site is started by."""

PACKAGES = ("history/", "management/", "mnistsite/", "recognizer/")
"""What is recorded, and so what can be tried."""

CONFIGURATION = f"""
[run]
parallel = true
context = ${{{CONTEXT}-}}
data_file = FOLDER/coverage
include = {", ".join(f"ROOT/{package}*" for package in PACKAGES)}
disable_warnings = no-data-collected, module-not-imported, module-not-measured
"""


@dataclass(frozen=True)
class Recording:
    seconds: dict[str, float]
    """By test that passed, without what it shares, and by fixture that several share."""
    shared: dict[str, list[str]]
    """By test: the fixtures that it shares with others."""
    lines: dict[str, dict[str, list[str]]]
    """By file and line, which JSON has as text: the tests that run it."""


class Recorder:
    """A pytest plugin. A fixture of more than one test runs once, for all that use it."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self.seconds: dict[str, float] = defaultdict(float)
        self.shared: dict[str, list[str]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Iterator[None]:
        known = item._fixtureinfo.name2fixturedefs
        self.shared[item.nodeid] = [_name(found[-1]) for found in known.values() if _is_shared(found[-1])]
        self._switch_to(item.nodeid)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        if not _is_shared(fixturedef):
            return (yield)
        test, name, began = os.environ[CONTEXT], _name(fixturedef), monotonic()
        self._switch_to(name)
        try:
            return (yield)
        finally:
            self._switch_to(test)
            self.seconds[name] += monotonic() - began
            self.seconds[test] -= monotonic() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if not report.passed and self.shared.pop(report.nodeid, None) is not None:
            print(f"Not used, it does not pass: {report.nodeid}", file=sys.stderr)

    def _switch_to(self, name: str) -> None:
        os.environ[CONTEXT] = name
        self._measured.switch_context(name)


def record(into: Path, arguments: Sequence[str]) -> None:
    """Run the tests and write what they run."""
    folder = into.with_suffix(".parts")
    folder.mkdir()
    configuration = folder / "configuration"
    configuration.write_text(CONFIGURATION.replace("FOLDER", str(folder)).replace("ROOT", str(Path.cwd())))
    measured = coverage.Coverage(config_file=str(configuration), context="")
    os.environ["COVERAGE_PROCESS_START"] = str(configuration)
    measured.start()
    recorder = Recorder(measured)
    ended = pytest.main(["-q", "--tb=short", "-p", "no:cacheprovider", *arguments], plugins=[recorder])
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(ended)
    measured.stop()
    measured.save()
    measured.combine([str(folder)])
    into.write_text(json.dumps(_result(recorder, measured.get_data())))


def _result(recorder: Recorder, data: coverage.CoverageData) -> dict[str, Any]:
    users: dict[str, list[str]] = defaultdict(list)
    for test, names in recorder.shared.items():
        for context in (test, *names):
            users[context].append(test)
    lines = {
        str(Path(file).relative_to(Path.cwd())): {
            line: sorted({test for context in contexts for test in users.get(context, ())})
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return {"seconds": recorder.seconds, "shared": recorder.shared, "lines": lines}


def _is_shared(fixture: Any) -> bool:
    return bool(fixture.scope != "function")


def _name(fixture: Any) -> str:
    return f"{fixture.baseid}::{fixture.argname} (fixture)"


if __name__ == "__main__":
    record(Path(sys.argv[1]), sys.argv[2:])
