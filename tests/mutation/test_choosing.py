"""Which tests are chosen for a mutant, and in which order."""

from pathlib import Path

import pytest

from tests.mutation.choosing import Chooser
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.recording import Recording

CODE = """LIMIT = 5
UNREAD = 6


def first():
    return LIMIT


def second():
    return 7
"""
SLOW, QUICK, OTHER, APART = "test_a.py::slow", "test_a.py::quick", "test_b.py::other", "test_c.py::apart"


def recording(by_line: dict[int, set[str]], **shared: list[str]) -> Recording:
    seconds = {SLOW: 9.0, QUICK: 1.0, OTHER: 2.0, APART: 3.0, "fixture": 20.0}
    lines = {line: frozenset(tests) for line, tests in by_line.items()}
    tests = (SLOW, QUICK, OTHER, APART)
    return Recording(
        seconds, {test: shared.get(test.partition("::")[2], []) for test in tests}, [], {"code.py": lines}
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "code.py").write_text(CODE)
    for name in ("test_a.py", "test_b.py", "test_c.py"):
        (tmp_path / name).write_text("")
    return tmp_path


def mutant(root: Path, line: int) -> Mutant:
    (found,) = [mutant for mutant in mutants_of(root, "code.py") if mutant.line == line]
    return found


def test_tests_that_run_the_line_come_first_the_fastest_file_and_test_before_others(root: Path) -> None:
    recorded = recording({10: {SLOW, QUICK, OTHER}})
    assert list(Chooser(root, recorded, budget_s=60).choose(mutant(root, 10)).limits) == [OTHER, QUICK, SLOW]
    recorded.seconds[OTHER] = 20
    assert list(Chooser(root, recorded, budget_s=60).choose(mutant(root, 10)).limits) == [QUICK, SLOW, OTHER]


def test_tests_beside_them_that_run_the_file_follow(root: Path) -> None:
    chooser = Chooser(root, recording({10: {SLOW}, 6: {QUICK, OTHER}}), budget_s=60)
    assert list(chooser.choose(mutant(root, 10)).limits) == [SLOW, QUICK]


def test_no_test_is_chosen_for_a_line_that_no_test_runs(root: Path) -> None:
    choice = Chooser(root, recording({6: {QUICK}}), budget_s=60).choose(mutant(root, 10))
    assert (dict(choice.limits), choice.of) == ({}, 0)


def test_a_constant_is_tried_by_tests_of_what_reads_it(root: Path) -> None:
    chooser = Chooser(root, recording({6: {SLOW}, 10: {OTHER}}), budget_s=60)
    assert list(chooser.choose(mutant(root, 1)).limits) == [SLOW]


def test_a_constant_is_tried_by_tests_that_name_it(root: Path) -> None:
    (root / "test_c.py").write_text("assert code.LIMIT == 5")
    assert list(Chooser(root, recording({}), budget_s=60).choose(mutant(root, 1)).limits) == [APART]


def test_a_constant_that_no_code_reads_is_tried_by_tests_of_its_file_and_by_requests(root: Path) -> None:
    recorded = recording({6: {SLOW}})
    recorded.lines["history/views.py"] = {1: frozenset({QUICK, OTHER})}
    (root / "history").mkdir()
    (root / "history/views.py").write_text("")
    assert list(Chooser(root, recorded, budget_s=60).choose(mutant(root, 2)).limits) == [SLOW, QUICK, OTHER]
    assert list(Chooser(root, recorded, budget_s=60).choose(mutant(root, 1)).limits) == [SLOW]


def test_a_budget_that_is_spent_ends_the_choice(root: Path) -> None:
    choice = Chooser(root, recording({10: {SLOW, QUICK, OTHER}}), budget_s=2.5).choose(mutant(root, 10))
    assert (list(choice.limits), choice.of) == ([OTHER, QUICK], 3)


def test_a_budget_is_for_each_group(root: Path) -> None:
    choice = Chooser(root, recording({10: {OTHER}, 6: {OTHER, APART}}), budget_s=0).choose(mutant(root, 10))
    assert list(choice.limits) == [OTHER]
    beside = Chooser(root, recording({10: {SLOW}, 6: {QUICK}}), budget_s=0).choose(mutant(root, 10))
    assert list(beside.limits) == [SLOW, QUICK]


def test_a_test_may_take_longer_than_recorded_and_the_first_what_it_shares(root: Path) -> None:
    shares = recording({10: {SLOW, QUICK}}, slow=["fixture"], quick=["fixture"])
    limits = Chooser(root, shares, budget_s=60).choose(mutant(root, 10)).limits
    assert limits == {QUICK: 30 + 5 * 21, SLOW: 30 + 5 * 9}
