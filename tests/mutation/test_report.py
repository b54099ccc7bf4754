"""What a run tells, and of which mutants."""

from pathlib import Path

import pytest

from tests.mutation.__main__ import files_in, main, remember, sample, survivors
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.report import JUDGED, Judgements, Result, interval, summary

NOTHING = Judgements("")
ENTRY = '''
[[judged]]
file = "pages.py"
function = "page"
change = """
- return a < b
+ return a <= b
"""
verdict = "equivalent"
reason = "They are never equal."
'''


@pytest.fixture
def mutant(tmp_path: Path) -> Mutant:
    (tmp_path / "pages.py").write_text("def page():\n    return a < b\n")
    (found,) = mutants_of(tmp_path, "pages.py")
    return found


def test_a_judgement_is_found_by_its_mutant(mutant: Mutant) -> None:
    judgement = Judgements(ENTRY).of(mutant)
    assert judgement
    assert judgement.reason == "They are never equal."
    assert Judgements(ENTRY).stale([mutant]) == []


def test_a_judgement_is_stale_when_its_change_cannot_be_made_any_more(mutant: Mutant) -> None:
    other = Judgements(ENTRY.replace("a < b", "a < c"))
    assert other.of(mutant) is None
    assert [judgement.function for judgement in other.stale([mutant])] == ["page"]
    assert Judgements(ENTRY.replace("pages.py", "lists.py")).stale([mutant]) == []


@pytest.mark.parametrize("wrong", [("equivalent", "fine"), ("They are never equal.", " ")])
def test_a_judgement_has_a_known_verdict_and_a_reason(wrong: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="verdict"):
        Judgements(ENTRY.replace(*wrong))


def test_the_judgements_kept_here_can_be_read() -> None:
    Judgements(JUDGED.read_text())


def test_the_share_is_of_all_that_were_tried_undecided_ones_among_them(mutant: Mutant) -> None:
    verdicts = ["noticed"] * 2 + ["survived", "undecided"]
    assert summary(Result(mutant, [], verdict) for verdict in verdicts).splitlines() == [
        "    noticed   survived  undecided",
        "          2          1          1  pages.py",
        "          2          1          1  50.0% noticed (15.0% to 85.0%)",
    ]


def test_a_survivor_shows_its_change_its_tests_and_what_somebody_thinks_of_it(mutant: Mutant) -> None:
    judged = Judgements(ENTRY.replace("equivalent", "not worth a test")).of(mutant)
    assert str(Result(mutant, ["test_a.py::a", "test_a.py::b"], "survived", judged)).splitlines() == [
        "pages.py:2 page survived",
        "    - return a < b",
        "    + return a <= b",
        "    tests: test_a.py (2)",
        "    not worth a test: They are never equal.",
    ]


def test_the_files_of_a_package_are_tried_and_those_of_cassandra_only_if_asked_for() -> None:
    assert files_in(["./history/pagination.py", "history/pagination.py"], with_cassandra=False) == [
        "history/pagination.py"
    ]
    without, with_it = (files_in(["history"], with_cassandra=asked) for asked in (False, True))
    assert "history/stores/sqlite/store.py" in without
    assert not [file for file in with_it if "/migrations/" in file or not file.endswith(".py")]
    store = [file for file in with_it if file.startswith("history/stores/cassandra/")]
    assert store
    assert sorted(without + store) == sorted(with_it)


@pytest.mark.parametrize(
    "path",
    ["nowhere", "history/nowhere", "README.md", "tests/mutation", "testbed", "history/stores/cassandra"],
)
def test_a_path_without_files_to_try_is_refused_also_beside_one_that_has_some(path: str) -> None:
    with pytest.raises(SystemExit, match=rf"in {path}\b"):
        files_in(["mnistsite", path], with_cassandra=False)


@pytest.mark.parametrize("size", ["0", "-3", "x"])
def test_a_sample_has_one_mutant_at_least(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["mnistsite", "--sample", size])
    assert "--sample" in capsys.readouterr().err


@pytest.fixture
def nothing_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor written among what a developer's own runs remember."""
    monkeypatch.setattr("tests.mutation.__main__.SURVIVORS", tmp_path / "cache" / "survivors.json")


@pytest.mark.usefixtures("nothing_remembered")
def test_a_survivor_is_remembered_until_a_test_notices_it(tmp_path: Path) -> None:
    (tmp_path / "pages.py").write_text("a < b\nc < d\n")
    one, other = mutants_of(tmp_path, "pages.py")
    assert survivors() == set()
    remember([Result(one, [], "survived"), Result(other, [], "survived")])
    assert survivors() == {one.key, other.key}
    remember([Result(one, [], "noticed")])
    assert survivors() == {other.key}
    remember([])
    assert survivors() == {other.key}


@pytest.mark.usefixtures("nothing_remembered")
def test_a_run_with_nothing_to_try_records_nothing() -> None:
    with pytest.raises(SystemExit, match="no mutant to try"):
        main(["history/pagination.py", "--survivors"])


def test_a_sample_is_of_chance_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    (tmp_path / "pages.py").write_text("".join(f"a < b{number}\n" for number in range(100)))
    mutants = list(mutants_of(tmp_path, "pages.py"))
    lines = [[mutant.line for mutant in sample(mutants, NOTHING, 50, seed)] for seed in (1, 1, 2)]
    assert lines[0] == lines[1] != lines[2]
    assert len(set(lines[0])) == 50
    assert any(line > 50 for line in lines[0][:10])
    assert len(sample(mutants, NOTHING, None, seed=1)) == 100


def test_a_sample_has_no_mutant_that_is_the_same_code(tmp_path: Path) -> None:
    (tmp_path / "pages.py").write_text("for a in []: b\n")
    (same,) = mutants_of(tmp_path, "pages.py")
    assert sample([same], NOTHING, None, seed=0) == []


def test_a_sample_has_no_mutant_that_is_judged_equivalent(mutant: Mutant) -> None:
    assert sample([mutant], Judgements(ENTRY), None, seed=0) == []
    not_worth = Judgements(ENTRY.replace("equivalent", "not worth a test"))
    assert sample([mutant], not_worth, None, seed=0) == [mutant]


def test_an_interval_is_wilson_s() -> None:
    assert interval(85, 100) == pytest.approx((0.7672, 0.9069), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)
