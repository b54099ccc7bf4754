"""What is told of a run: its survivors, and the share that was noticed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from tests.mutation.choosing import Choice
from tests.mutation.judged import EQUIVALENT, Judgement
from tests.mutation.mutants import Mutant
from tests.mutation.scratch import Outcome

WANTED = {"history": 0.85, "mnistsite": 0.85, "recognizer": 0.80, "management/training": 0.80}
"""The least share of a package's mutants that the tests notice."""
Z_95 = 1.96


@dataclass(frozen=True)
class Result:
    mutant: Mutant
    choice: Choice
    outcome: Outcome
    judgement: Judgement | None

    @property
    def verdict(self) -> str:
        """A test that hangs is noticed, too."""
        if self.outcome.ended != "passed":
            return {"failed": "noticed", "late": "timed out"}[self.outcome.ended]
        return "equivalent" if self.judgement and self.judgement.verdict == EQUIVALENT else "survived"

    def __str__(self) -> str:
        """A survivor, with its change and the tests that ran."""
        mutant, choice = self.mutant, self.choice
        place = f"{mutant.path}:{mutant.line} {mutant.function}".rstrip()
        judged = f"\n    {self.judgement.verdict}: {self.judgement.reason}" if self.judgement else ""
        change = "\n".join(f"    {line}" for line in mutant.change.splitlines())
        return f"{place}\n{change}\n    {_tests(choice)}{judged}"


def package_of(path: str) -> str:
    """The package that has an aim, or else the top folder."""
    return next((package for package in WANTED if path.startswith(f"{package}/")), path.partition("/")[0])


def summary(results: Iterable[Result]) -> str:
    """Counts by file, then by package with the share noticed and its 95 % interval."""
    by_file: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        by_file[result.mutant.path][result.verdict] += 1
    lines = [f"{'noticed':>8}{'timed out':>11}{'survived':>10}{'equivalent':>12}"]
    lines += [f"{_counts(counts)}  {path}" for path, counts in sorted(by_file.items())]
    for package, counts in _by_package(results).items():
        noticed, of = _noticed(counts)
        low, high = interval(noticed, of)
        wanted = f", wanted {WANTED[package]:.0%}" if package in WANTED else ""
        share = f"{noticed / of:.1%} noticed ({low:.1%} to {high:.1%}{wanted})" if of else "nothing to notice"
        lines.append(f"{_counts(counts)}  {package}: {share}")
    return "\n".join(lines)


def below_the_aim(results: Iterable[Result]) -> list[str]:
    shares = {package: _noticed(counts) for package, counts in _by_package(results).items()}
    return [package for package, (noticed, of) in shares.items() if noticed < WANTED.get(package, 0) * of]


def interval(noticed: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    share, square = noticed / of, Z_95**2
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of**2))
    return centre - half, centre + half


def _by_package(results: Iterable[Result]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        counts[package_of(result.mutant.path)][result.verdict] += 1
    return counts


def _noticed(counts: Counter[str]) -> tuple[int, int]:
    noticed = counts["noticed"] + counts["timed out"]
    return noticed, noticed + counts["survived"]


def _counts(counts: Counter[str]) -> str:
    return f"{counts['noticed']:8}{counts['timed out']:11}{counts['survived']:10}{counts['equivalent']:12}"


def _tests(choice: Choice) -> str:
    if not choice.of:
        return "no test runs this line"
    number = len(choice.limits)
    files = ", ".join(dict.fromkeys(test.partition("::")[0] for test in choice.limits))
    return f"{number} tests passed{f' of {choice.of} that run it' if number < choice.of else ''}: {files}"
