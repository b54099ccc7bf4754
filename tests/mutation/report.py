"""What is told of a run: its survivors, and the share that was noticed; and what judged.toml says of some."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from tests.mutation.mutants import Mutant

EQUIVALENT, NO_TEST = "equivalent", "not worth a test"
JUDGED = Path(__file__).with_name("judged.toml")
VERDICTS = ("noticed", "survived", "undecided")
Z_95 = 1.96


@dataclass(frozen=True)
class Judgement:
    """What somebody thinks of a survivor."""

    file: str
    function: str
    change: str
    verdict: str
    reason: str

    def __post_init__(self) -> None:
        if self.verdict not in (EQUIVALENT, NO_TEST) or not self.reason.strip():
            raise ValueError(f"{self.file}: a verdict is “{EQUIVALENT}” or “{NO_TEST}”, and has a reason.")


class Judgements:
    def __init__(self, text: str) -> None:
        each = [Judgement(**entry) for entry in tomllib.loads(text).get("judged", [])]
        self._by_place: dict[tuple[str, str], dict[str, Judgement]] = defaultdict(dict)
        for judgement in each:
            self._by_place[judgement.file, judgement.function][judgement.change.strip()] = judgement

    def of(self, mutant: Mutant) -> Judgement | None:
        """Not every mutant has to be made for that: most are in functions of which nothing is said."""
        judged = self._by_place.get((mutant.path, mutant.function))
        return judged.get(mutant.change) if judged else None

    def stale(self, mutants: Sequence[Mutant]) -> list[Judgement]:
        """Judgements, in the files of the mutants, of what can no longer be made."""
        files = {mutant.path for mutant in mutants}
        all_there = [judgement for by in self._by_place.values() for judgement in by.values()]
        found = {id(self.of(mutant)) for mutant in mutants}
        return [each for each in all_there if each.file in files and id(each) not in found]


@dataclass(frozen=True)
class Result:
    mutant: Mutant
    tests: Sequence[str]
    verdict: str
    judgement: Judgement | None = None

    def __str__(self) -> str:
        """Where it is, its change, and the tests that were to notice it."""
        mutant, files = self.mutant, Counter(test.partition("::")[0] for test in self.tests)
        tests = ", ".join(f"{file} ({count})" for file, count in files.items())
        change = "\n".join(f"    {line}" for line in mutant.change.splitlines())
        judged = f"\n    {self.judgement.verdict}: {self.judgement.reason}" if self.judgement else ""
        place = f"{mutant.path}:{mutant.line} {mutant.function}".rstrip()
        return f"{place} {self.verdict}\n{change}\n    tests: {tests or 'none'}{judged}"


def summary(results: Iterable[Result]) -> str:
    """Counts by file and in all, and the share noticed with its 95 % interval."""
    by_file: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        by_file[result.mutant.path][result.verdict] += 1
    total = sum(by_file.values(), Counter[str]())
    noticed, of = total["noticed"], sum(total.values())
    low, high = interval(noticed, of)
    share = f"{noticed / of:.1%} noticed ({low:.1%} to {high:.1%})" if of else "nothing tried"
    lines = [_row(VERDICTS), *(f"{_counts(by_file[path])}  {path}" for path in sorted(by_file))]
    return "\n".join([*lines, f"{_counts(total)}  {share}"])


def interval(noticed: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    share, square = noticed / of, Z_95**2
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of**2))
    return centre - half, centre + half


def _counts(counts: Mapping[str, int]) -> str:
    return _row([counts[verdict] for verdict in VERDICTS])


def _row(cells: Iterable[object]) -> str:
    return "".join(f"{cell!s:>11}" for cell in cells)
