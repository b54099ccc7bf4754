"""Which tests are to notice a mutant, the likeliest and quickest first. It survives when all have passed."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.mutation.mutants import Mutant
from tests.mutation.recording import Recording

LEAST_S, SLOWER = 120, 5
"""A test hangs when it takes LEAST_S seconds longer than SLOWER times its recorded time."""
OF_SETTINGS = (
    "tests/test_settings.py",
    "tests/test_cassandra_settings.py",
    "tests/test_headers.py",
    "tests/test_errors.py",
    "tests/recognizer/test_identify.py",
    "tests/test_site.py",
    "tests/recognizer/test_limits.py",
)


@dataclass
class Chooser:
    root: Path
    recording: Recording

    def choose(self, mutant: Mutant) -> dict[str, float]:
        """The tests in their order, with the seconds that each may take."""
        tests = self._ordered(self._tests(mutant), mutant)
        return {test: LEAST_S + SLOWER * self.recording.seconds[test] for test in tests}

    def _tests(self, mutant: Mutant) -> set[str]:
        by_line = self.recording.lines.get(mutant.path, {})
        if mutant.lines:
            return set().union(*(by_line.get(str(line), ()) for line in mutant.lines))
        named = set().union(*(self._naming(name) for name in mutant.names))
        if mutant.path.endswith("/settings.py"):  # Django and its packages read them, too.
            return named | {test for test in self.recording.shared if _file(test) in OF_SETTINGS}
        # Django reads the names that no function and no test mentions, by the file that has them.
        return named or self._running_package(mutant.path.rpartition("/")[0])

    def _naming(self, name: str) -> set[str]:
        """Tests that run a line which names something, or a name that is made of it, or whose file does."""
        names, todo = {name}, [name]
        while todo:
            new = self._made_of[todo.pop()] - names
            names |= new
            todo += new
        lines = (
            self.recording.lines[path].get(str(line), ()) for n in names for path, line in self._places[n]
        )
        word = re.compile(rf"\b{re.escape(name)}\b")
        files = {file for file, text in self._test_files.items() if word.search(text)}
        return {test for test in self.recording.shared if _file(test) in files}.union(*lines)

    def _running_package(self, folder: str) -> set[str]:
        lines = (by for path, by in self.recording.lines.items() if path.rpartition("/")[0] == folder)
        return set().union(*(tests for by_line in lines for tests in by_line.values()))

    @cached_property
    def _trees(self) -> dict[str, ast.Module]:
        return {path: ast.parse((self.root / path).read_bytes()) for path in self.recording.lines}

    @cached_property
    def _places(self) -> Mapping[str, set[tuple[str, int]]]:
        """Where functions name something; what a default names, the whole function does."""
        places: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for path, tree in self._trees.items():
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                for name, line in _names(*function.body):
                    places[name].add((path, line))
                for name, _ in _names(function.args):
                    places[name] |= {(path, line) for _, line in _names(*function.body)}
        return places

    @cached_property
    def _made_of(self) -> Mapping[str, set[str]]:
        """By name: constants that are made of it, and attributes of classes, with the classes."""
        made: dict[str, set[str]] = defaultdict(set)
        for tree in self._trees.values():
            for block in (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef)):
                classes = {block.name} if isinstance(block, ast.ClassDef) else set()
                for assignment in (s for s in block.body if isinstance(s, ast.Assign) and s.value):
                    for name, _ in _names(assignment.value):
                        made[name] |= {target for target, _ in _names(*assignment.targets)} | classes
        return made

    @cached_property
    def _test_files(self) -> dict[str, str]:
        return {file: (self.root / file).read_text() for file in map(_file, self.recording.shared)}

    def _ordered(self, tests: Iterable[str], mutant: Mutant) -> list[str]:
        """File by file, so that what its tests share is made once: the file's own tests, then quick ones."""
        by_file: dict[str, list[str]] = defaultdict(list)
        for test in sorted(tests, key=lambda test: (self.recording.seconds[test], test)):
            by_file[_file(test)].append(test)

        first = OF_SETTINGS if mutant.path.endswith("/settings.py") else ()

        def rank(file: str) -> tuple[int, bool, float]:
            names = {
                *by_file[file],
                *(name for test in by_file[file] for name in self.recording.shared[test]),
            }
            seconds = sum(self.recording.seconds.get(name, 0) for name in names)
            place = first.index(file) if file in first else len(first)
            return place, Path(mutant.path).stem not in Path(file).stem, seconds / len(by_file[file])

        return [test for file in sorted(by_file, key=rank) for test in by_file[file]]


def _names(*nodes: ast.AST) -> set[tuple[str, int]]:
    """The names and attributes in some nodes, with their lines."""
    parts = [part for node in nodes for part in ast.walk(node)]
    return {(part.id, part.lineno) for part in parts if isinstance(part, ast.Name)} | {
        (part.attr, part.end_lineno or part.lineno) for part in parts if isinstance(part, ast.Attribute)
    }


def _file(test: str) -> str:
    return test.partition("::")[0]
