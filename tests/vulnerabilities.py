"""Known vulnerabilities of the locked packages: `python -m tests.vulnerabilities`, or script/vulnerabilities.

pip-audit and npm know them from the registries. pip-audit calls packages that it could not look up free of
vulnerabilities, so this module reads what both tools found. Exit status: 1 if there is a vulnerability that
tests/vulnerabilities.toml does not judge; else 3 if packages could not be looked up; else 0.
"""

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JUDGED = ROOT / "tests/vulnerabilities.toml"
FOUND, NOT_LOOKED_UP = 1, 3
TIMEOUT_S = 300
PIP_AUDIT = (
    *(sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"),
    *("--disable-pip", "--require-hashes", "--requirement", "requirements.txt"),
    *("--requirement", "requirements-dev.txt"),
)
NPM_AUDIT = ("npm", "audit", "--json", "--package-lock-only", "--fetch-retries=0")


@dataclass(frozen=True)
class Vulnerability:
    package: str
    names: frozenset[str]
    """Its ids in several databases."""
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.package}: {', '.join(sorted(self.names))}{self.remedy}"


@dataclass(frozen=True)
class Report:
    """What a tool found."""

    vulnerabilities: list[Vulnerability] = field(default_factory=list)
    not_looked_up: list[str] = field(default_factory=list)
    """A line for each package, or for all."""


@dataclass(frozen=True)
class Judgement:
    """Why a vulnerability does not concern this site."""

    id: str
    package: str
    judged_on: date
    reason: str


def read_pip_audit(output: str, errors: str) -> Report:
    try:
        dependencies = json.loads(output)["dependencies"]
    except ValueError:
        return Report(not_looked_up=[f"Python's packages: {last_line(errors)}"])
    skipped = [each["skip_reason"] for each in dependencies if "skip_reason" in each]
    if len(skipped) == len(dependencies):
        skipped = [f"Python's packages, all {len(skipped)}, such as: {skipped[0] if skipped else 'none'}"]
    found = [
        Vulnerability(each["name"], frozenset([one["id"], *one["aliases"]]), fixed_in(one["fix_versions"]))
        for each in dependencies
        for one in each.get("vulns", [])
    ]
    return Report(found, skipped)


def read_npm_audit(output: str, errors: str) -> Report:
    try:
        report = json.loads(output)
        packages = report["vulnerabilities"]
    except ValueError:
        return Report(not_looked_up=[f"npm's packages: {last_line(errors)}"])
    except KeyError:
        return Report(not_looked_up=[f"npm's packages: {report.get('message') or last_line(errors)}"])
    # A text among the causes names another package, which has an entry of its own.
    causes = [cause for each in packages.values() for cause in each["via"] if isinstance(cause, dict)]
    return Report([Vulnerability(one["name"], frozenset([one["url"].rsplit("/", 1)[-1]])) for one in causes])


def fixed_in(versions: list[str]) -> str:
    return f", fixed in {', '.join(versions)}" if versions else ", not fixed"


def last_line(errors: str) -> str:
    return (errors.strip().splitlines() or ["no message"])[-1]


def read_judgements(content: str) -> list[Judgement]:
    """Raises TypeError or ValueError if an entry is incomplete."""
    judged = [Judgement(**entry) for entry in tomllib.loads(content).get("judged", [])]
    for one in judged:
        if not (one.id and one.package and len(one.reason) > 20 and isinstance(one.judged_on, date)):
            raise ValueError(f"Incomplete: {one}")
    return judged


def conclude(reports: list[Report], judged: list[Judgement]) -> tuple[int, list[str]]:
    """The exit status, and the lines to print."""
    ignored = {(one.package, one.id) for one in judged}
    vulnerabilities = [each for report in reports for each in report.vulnerabilities]
    left = [each for each in vulnerabilities if not {(each.package, name) for name in each.names} & ignored]
    gaps = [line for report in reports for line in report.not_looked_up]
    lines = [f"Vulnerable: {each}" for each in left] + [f"NOT LOOKED UP: {line}" for line in gaps]
    if left:
        return FOUND, lines
    if gaps:
        return NOT_LOOKED_UP, lines
    return 0, [f"No vulnerabilities are known, except for {len(vulnerabilities)} in {JUDGED.name}."]


def run(command: tuple[str, ...]) -> tuple[str, str]:
    """Standard output and errors. The exit status of both tools is the same for reports and for failures."""
    try:
        tool = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        return "", str(error)
    return tool.stdout, tool.stderr


def main() -> int:
    reports = [read_pip_audit(*run(PIP_AUDIT)), read_npm_audit(*run(NPM_AUDIT))]
    status, lines = conclude(reports, read_judgements(JUDGED.read_text()))
    print(*lines, sep="\n")  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main())
