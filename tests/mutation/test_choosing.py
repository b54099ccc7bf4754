"""Which tests are chosen for a mutant, and in which order."""

from pathlib import Path

import pytest

from tests.mutation.choosing import Chooser
from tests.mutation.mutants import mutants_of
from tests.mutation.recording import Recording

CODE = """LIMIT = -a
UNREAD = -a
DOUBLE = LIMIT
DOUBLE_AGAIN = DOUBLE
DEFAULT = -a


def first():
    return DOUBLE_AGAIN


def second(a=DEFAULT):
    return -a


PAGE = -a


class Pages:
    limit = PAGE
    least = -a


def third():
    return Pages()
"""
SLOW, QUICK, OTHER, APART = "test_a.py::slow", "test_a.py::quick", "test_b.py::other", "test_c.py::apart"
HEADERS = "tests/test_headers.py::headers"
IN_FIRST, IN_SECOND, IN_THIRD = "9", "13", "25"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in ("site/code.py", "site/settings.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(CODE)
    (tmp_path / "tests").mkdir()
    for name in ("test_a.py", "test_b.py", "test_c.py", "tests/test_headers.py"):
        (tmp_path / name).write_text("")
    return tmp_path


def chosen(
    root: Path, line: int, lines: dict[str, list[str]], path: str = "site/code.py", **seconds: float
) -> list[str]:
    (mutant,) = [mutant for mutant in mutants_of(root, path) if mutant.line == line]
    tests = [SLOW, QUICK, OTHER, APART, HEADERS]
    cost = {SLOW: 9.0, QUICK: 1.0, OTHER: 2.0, APART: 3.0, HEADERS: 4.0, "fixture": 0.0, **seconds}
    shared = {test: ["fixture"] if test == OTHER else [] for test in tests}
    return list(Chooser(root, Recording(cost, shared, {path: lines})).choose(mutant))


def test_tests_that_run_the_line_are_chosen_the_quickest_file_and_test_first(root: Path) -> None:
    lines = {IN_SECOND: [SLOW, QUICK, OTHER], IN_FIRST: [APART]}
    assert chosen(root, 13, lines) == [OTHER, QUICK, SLOW]
    assert chosen(root, 13, lines, fixture=20.0) == [QUICK, SLOW, OTHER]


def test_a_file_named_after_the_mutant_s_comes_first(root: Path) -> None:
    slow = "test_code.py::slow"
    (root / "test_code.py").write_text("")
    (mutant,) = [mutant for mutant in mutants_of(root, "site/code.py") if mutant.line == 13]
    lines = {"site/code.py": {IN_SECOND: [QUICK, slow]}}
    recording = Recording({QUICK: 1.0, slow: 9.0}, {QUICK: [], slow: []}, lines)
    limits = list(Chooser(root, recording).choose(mutant).items())
    assert limits == [(slow, 120 + 5 * 9), (QUICK, 120 + 5 * 1)]


def test_no_test_is_chosen_for_a_line_that_no_test_runs(root: Path) -> None:
    assert chosen(root, 13, {IN_FIRST: [QUICK]}) == []


def test_a_constant_is_tried_by_tests_of_what_reads_it_or_what_is_made_of_it(root: Path) -> None:
    assert chosen(root, 1, {IN_FIRST: [SLOW], IN_SECOND: [QUICK]}) == [SLOW]


@pytest.mark.parametrize("line", [16, 21])
def test_a_class_s_attribute_is_tried_by_tests_of_what_uses_the_class(root: Path, line: int) -> None:
    assert chosen(root, line, {IN_FIRST: [SLOW], IN_THIRD: [QUICK]}) == [QUICK]


def test_a_default_is_tried_by_tests_of_its_function(root: Path) -> None:
    assert chosen(root, 5, {IN_FIRST: [SLOW], IN_SECOND: [QUICK]}) == [QUICK]


def test_a_constant_is_tried_by_tests_whose_file_names_it(root: Path) -> None:
    (root / "test_c.py").write_text("assert code.LIMIT == 5")
    assert chosen(root, 1, {IN_SECOND: [QUICK]}) == [APART]


def test_a_constant_that_nothing_names_is_tried_by_tests_of_its_package(root: Path) -> None:
    assert chosen(root, 2, {IN_FIRST: [SLOW]}) == [SLOW]


def test_a_setting_is_tried_by_tests_of_settings_first_even_if_nothing_names_it(root: Path) -> None:
    assert chosen(root, 2, {IN_FIRST: [SLOW]}, path="site/settings.py") == [HEADERS]
    assert chosen(root, 1, {IN_FIRST: [QUICK]}, path="site/settings.py") == [HEADERS, QUICK]
