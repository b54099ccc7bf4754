"""Which test runs which lines, and how long it takes: one run of the tests under coverage.

python -m tests.mutation.recording FILE --[no-]cassandra PYTEST-ARGUMENT... makes the run, in a scratch copy.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import coverage
import pytest

CONTEXT = "MUTATION_CONTEXT"
"""Names the test that a process of the site is started by."""

CONFIGURATION = """
[run]
parallel = true
context = ${NAME-}
data_file = FOLDER/coverage
include = ROOT/history/*, ROOT/management/*, ROOT/mnistsite/*, ROOT/recognizer/*
disable_warnings = no-data-collected, module-not-imported, module-not-measured
"""


@dataclass(frozen=True)
class Recording:
    seconds: dict[str, float]
    """By test that passed, without what it shares, and by fixture that several share."""
    shared: dict[str, list[str]]
    """By test: the fixtures that it shares with others."""
    unusable: list[str]
    """Tests that did not pass, skipped ones among them."""
    lines: dict[str, dict[int, frozenset[str]]]
    """By file and line: the tests that run it."""

    def together_with(self, other: "Recording") -> "Recording":
        """A recording of other tests besides."""
        lines = {
            file: {
                line: self.lines.get(file, {}).get(line, frozenset())
                | other.lines.get(file, {}).get(line, frozenset())
                for line in {*self.lines.get(file, {}), *other.lines.get(file, {})}
            }
            for file in {*self.lines, *other.lines}
        }
        seconds, shared = {**self.seconds, **other.seconds}, {**self.shared, **other.shared}
        return Recording(seconds, shared, self.unusable + other.unusable, lines)


class Recorder:
    """A pytest plugin. A fixture of more than one test runs once, for all that use it."""

    def __init__(self, measured: coverage.Coverage, *, cassandra: bool) -> None:
        self._measured = measured
        self._cassandra = cassandra
        self.seconds: dict[str, float] = defaultdict(float)
        self.shared: dict[str, list[str]] = {}
        self.unusable: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only those that need Cassandra, or only the others."""
        needs = {item for item in items if "cluster" in getattr(item, "fixturenames", ())}
        items[:] = [item for item in items if (item in needs) == self._cassandra]

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
        if not report.passed:
            self.unusable.add(report.nodeid)

    def _switch_to(self, name: str) -> None:
        os.environ[CONTEXT] = name
        self._measured.switch_context(name)


def record(into: Path, *, cassandra: bool, arguments: list[str]) -> None:
    """Run the tests and write what they run."""
    folder = into.with_suffix(".parts")
    folder.mkdir()
    configuration = folder / "configuration"
    text = (
        CONFIGURATION.replace("NAME", CONTEXT).replace("FOLDER", str(folder)).replace("ROOT", str(Path.cwd()))
    )
    configuration.write_text(text)
    measured = coverage.Coverage(config_file=str(configuration), context="")
    os.environ["COVERAGE_PROCESS_START"] = str(configuration)
    measured.start()
    recorder = Recorder(measured, cassandra=cassandra)
    ended = pytest.main(["-q", "--tb=short", "-p", "no:cacheprovider", *arguments], plugins=[recorder])
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(ended)
    measured.stop()
    measured.save()
    measured.combine([str(folder)])
    into.write_text(json.dumps(_result(recorder, measured.get_data())))


def read(path: Path) -> Recording:
    found = json.loads(path.read_text())
    lines = {
        file: {int(line): frozenset(tests) for line, tests in by_line.items()}
        for file, by_line in found["lines"].items()
    }
    return Recording(found["seconds"], found["shared"], found["unusable"], lines)


def _result(recorder: Recorder, data: coverage.CoverageData) -> dict[str, Any]:
    seconds = {name: round(s, 3) for name, s in recorder.seconds.items() if name not in recorder.unusable}
    shared = {test: names for test, names in recorder.shared.items() if test in seconds}
    users: dict[str, list[str]] = defaultdict(list)
    for test, names in shared.items():
        for context in (test, *names):
            users[context].append(test)
    lines = {
        str(Path(file).relative_to(Path.cwd())): {
            line: sorted({test for context in contexts for test in users.get(context, ())})
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    unusable = sorted(recorder.unusable)
    return {"seconds": seconds, "shared": shared, "unusable": unusable, "lines": lines}


def _is_shared(fixture: Any) -> bool:
    return bool(fixture.scope != "function")


def _name(fixture: Any) -> str:
    return f"{fixture.baseid}::{fixture.argname} (fixture)"


if __name__ == "__main__":
    record(Path(sys.argv[1]), cassandra=sys.argv[2] == "--cassandra", arguments=sys.argv[3:])
