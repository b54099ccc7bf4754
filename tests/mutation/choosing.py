"""Which tests are to notice a mutant: those that run its lines, the fastest first."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.mutation.mutants import Mutant
from tests.mutation.recording import Recording

LEAST_S = 30
SLOWER = 5
"""How much longer than recorded a test may take before it counts as hanging."""


@dataclass(frozen=True)
class Choice:
    limits: Mapping[str, float]
    """The tests in their order, with the seconds that each may take."""
    of: int
    """How many there would have been without a budget."""


@dataclass
class Chooser:
    root: Path
    recording: Recording
    budget_s: float
    """Seconds, as recorded, after which no further test of a group is chosen."""
    _mentions: dict[str, frozenset[str]] = field(default_factory=dict)

    def choose(self, mutant: Mutant) -> Choice:
        limits: dict[str, float] = {}
        ready: set[str] = set()
        considered: set[str] = set()
        for group in self._groups(mutant):
            spent = 0.0
            for test in self._ordered(group - considered):
                if spent > self.budget_s:
                    break
                cost = self._cost(test, ready)
                spent += cost
                ready.update(self.recording.shared[test])
                limits[test] = LEAST_S + SLOWER * cost
            considered |= group
        return Choice(limits, len(considered))

    def _groups(self, mutant: Mutant) -> list[set[str]]:
        """Tests that may notice a mutant, the likeliest first. Each group has the budget for itself."""
        by_line = self.recording.lines.get(mutant.path, {})
        running: set[str] = set().union(*(by_line.get(line, ()) for line in mutant.lines))
        in_file: set[str] = set().union(*by_line.values())
        if mutant.names or not mutant.lines:
            return self._for_what_runs_at_import(mutant, running, in_file)
        beside = {_file(test) for test in running}
        return [running, {test for test in in_file if _file(test) in beside}]

    def _for_what_runs_at_import(
        self, mutant: Mutant, running: set[str], in_file: set[str]
    ) -> list[set[str]]:
        """No test runs the line itself: tests of what reads it, tests that name it, tests of its file."""
        named = set().union(*(self._mentioning(name) for name in mutant.names))
        stem = Path(mutant.path).stem
        of_file = {test for test in self.recording.shared if stem in Path(_file(test)).stem}
        likeliest = running | named | of_file
        # What no other code names is read by Django, and any test that makes a request may notice it.
        return [likeliest] if named else [likeliest, in_file, self._requesting]

    @cached_property
    def _requesting(self) -> set[str]:
        """Tests that make requests of the site."""
        answering = [path for path in self.recording.lines if Path(path).name in ("views.py", "api.py")]
        return set().union(*(tests for path in answering for tests in self.recording.lines[path].values()))

    def _mentioning(self, name: str) -> frozenset[str]:
        """Tests that run a line which names something, or whose own file does."""
        if name not in self._mentions:
            lines = (self.recording.lines.get(path, {}).get(line, ()) for path, line in self._places[name])
            word = re.compile(rf"\b{re.escape(name)}\b")
            files = {file for file, text in self._test_files.items() if word.search(text)}
            in_files = {test for test in self.recording.shared if _file(test) in files}
            self._mentions[name] = frozenset(in_files.union(*lines))
        return self._mentions[name]

    @cached_property
    def _places(self) -> Mapping[str, set[tuple[str, int]]]:
        """Where functions name something."""
        places: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for path in self.recording.lines:
            for function in ast.walk(ast.parse((self.root / path).read_bytes())):
                if isinstance(function, ast.FunctionDef):
                    for node in (part for statement in function.body for part in ast.walk(statement)):
                        if isinstance(node, ast.Name | ast.Attribute):
                            places[getattr(node, "id", "") or node.attr].add((path, node.lineno))  # type: ignore[union-attr]
        return places

    @cached_property
    def _test_files(self) -> dict[str, str]:
        return {file: (self.root / file).read_text() for file in map(_file, self.recording.shared)}

    def _ordered(self, tests: Iterable[str]) -> list[str]:
        """File by file, so that what its tests share is made once; the fastest file and test first."""
        by_file: dict[str, list[str]] = defaultdict(list)
        for test in sorted(tests, key=lambda test: (self.recording.seconds[test], test)):
            by_file[_file(test)].append(test)
        return [test for tests in sorted(by_file.values(), key=self._mean_cost) for test in tests]

    def _mean_cost(self, tests: list[str]) -> float:
        fixtures = {fixture for test in tests for fixture in self.recording.shared[test]}
        seconds = self.recording.seconds
        return sum(seconds.get(name, 0) for name in (*tests, *fixtures)) / len(tests)

    def _cost(self, test: str, ready: set[str]) -> float:
        """Seconds of a test and of what it shares with others, unless that is there already."""
        new = set(self.recording.shared[test]) - ready
        return self.recording.seconds[test] + sum(self.recording.seconds.get(name, 0) for name in new)


def _file(test: str) -> str:
    return test.partition("::")[0]
