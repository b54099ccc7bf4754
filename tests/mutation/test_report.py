"""What a run is judged by, and what is told of it."""

import pytest

from tests.mutation.__main__ import sample
from tests.mutation.choosing import Choice
from tests.mutation.judged import FILE, Judgement, judgements, stale
from tests.mutation.mutants import Mutant
from tests.mutation.report import Result, below_the_aim, interval, package_of, summary
from tests.mutation.scratch import Outcome

ENTRY = '''
[[judged]]
file = "history/pages.py"
function = "page"
change = """
- a < b
+ a <= b
"""
verdict = "equivalent"
reason = "They are never equal."
'''


def mutant(path: str = "history/pages.py", change: str = "- a < b\n+ a <= b") -> Mutant:
    return Mutant(path, 3, "page", change, b"", frozenset(), frozenset())


def results(*ends: str, path: str = "history/pages.py", judgement: Judgement | None = None) -> list[Result]:
    choice = Choice({"tests/test_pages.py::test_a": 30.0}, of=2)
    return [Result(mutant(path), choice, Outcome(end, ""), judgement) for end in ends]


def test_a_judgement_is_found_by_its_mutant() -> None:
    (judgement,) = judgements(ENTRY).values()
    assert judgements(ENTRY) == {mutant().key: judgement}
    assert stale([judgement], [mutant()]) == []


def test_a_judgement_is_stale_when_its_change_cannot_be_made_any_more() -> None:
    known = judgements(ENTRY).values()
    assert stale(known, [mutant(change="- a < c\n+ a <= c")]) == list(known)
    assert stale(known, [mutant(path="history/lists.py")]) == []


@pytest.mark.parametrize("wrong", [("equivalent", "fine"), ("They are never equal.", " ")])
def test_a_judgement_has_a_known_verdict_and_a_reason(wrong: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="verdict"):
        judgements(ENTRY.replace(*wrong))


def test_the_judgements_kept_here_can_be_read() -> None:
    judgements(FILE.read_text())


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("management/training/idx.py", "management/training"),
        ("management/copying.py", "management"),
        ("history/stores/rows.py", "history"),
    ],
)
def test_a_file_counts_for_the_package_that_has_an_aim(path: str, package: str) -> None:
    assert package_of(path) == package


def test_a_share_below_the_aim_is_named() -> None:
    assert below_the_aim(results(*["failed"] * 17, *["passed"] * 3)) == []
    assert below_the_aim(results(*["failed"] * 16, *["passed"] * 3)) == ["history"]
    recognizer = "recognizer/views.py"
    assert below_the_aim(results(*["failed"] * 4, "passed", path=recognizer)) == []
    assert below_the_aim(results(*["failed"] * 3, "passed", path=recognizer)) == ["recognizer"]


def test_a_hanging_test_notices_and_an_equivalent_mutant_does_not_count() -> None:
    (equivalent,) = judgements(ENTRY).values()
    judged = results("passed", judgement=equivalent)
    assert summary(results("failed", "late", "passed") + judged).splitlines()[1:] == [
        "       1          1         1           1  history/pages.py",
        "       1          1         1           1  history: 66.7% noticed (20.8% to 93.9%, wanted 85%)",
    ]


def test_a_survivor_that_is_not_worth_a_test_counts_as_one() -> None:
    not_worth = Judgement("history/pages.py", "page", "", "not worth a test", "A pixel.")
    (result,) = results("passed", judgement=not_worth)
    assert result.verdict == "survived"
    assert str(result).splitlines() == [
        "history/pages.py:3 page",
        "    - a < b",
        "    + a <= b",
        "    1 tests passed of 2 that run it: tests/test_pages.py",
        "    not worth a test: A pixel.",
    ]


def test_a_sample_is_the_same_for_the_same_seed_and_its_beginning_is_a_sample_too() -> None:
    mutants = [mutant(f"{number}.py") for number in range(100)]
    chosen = sample(mutants, 50, seed=1)
    assert chosen == sample(mutants, 50, seed=1) != sample(mutants, 50, seed=2)
    assert len({mutant.path for mutant in chosen}) == 50
    assert any(int(mutant.path.removesuffix(".py")) >= 50 for mutant in chosen[:10])
    assert len(sample(mutants, 200, seed=1)) == 100
    assert sample(mutants, None, seed=1) == mutants


def test_an_interval_is_wilson_s() -> None:
    assert interval(85, 100) == pytest.approx((0.7672, 0.9069), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)
