"""The conclusion of script/vulnerabilities from the reports of pip-audit and npm."""

import json
import re
import subprocess
from collections.abc import Callable
from datetime import date

import pytest

from tests.test_requirements import FILES, locked
from tests.vulnerabilities import (
    FOUND,
    JUDGED,
    NOT_LOOKED_UP,
    ROOT,
    Judgement,
    Report,
    Vulnerability,
    conclude,
    read_judgements,
    read_npm_audit,
    read_pip_audit,
)

FLASK = {
    "name": "flask",
    "version": "0.5",
    "vulns": [
        {
            "id": "PYSEC-2019-179",
            "fix_versions": ["1.0"],
            "aliases": ["GHSA-5wv5-4vpf-pj6m"],
            "description": "…",
        }
    ],
}
CLEAN = {"name": "jinja2", "version": "3.1.6", "vulns": []}
SKIPPED = {
    "name": "asgiref",
    "skip_reason": "Dependency not found on PyPI and could not be audited: asgiref (3)",
}
FOUND_FLASK = Vulnerability("flask", frozenset({"PYSEC-2019-179", "GHSA-5wv5-4vpf-pj6m"}), ", fixed in 1.0")


def of_pip(*dependencies: object) -> Report:
    return read_pip_audit(json.dumps({"dependencies": dependencies, "fixes": []}), "")


NPM = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "lodash": {
            "name": "lodash",
            "via": [
                {"name": "lodash", "url": "https://github.com/advisories/GHSA-p6mc-m468-83gw", "range": "<4"}
            ],
        },
        "user-of-lodash": {"name": "user-of-lodash", "via": ["lodash"]},
    },
}
FOUND_LODASH = Vulnerability("lodash", frozenset({"GHSA-p6mc-m468-83gw"}))


def test_the_vulnerabilities_of_both_tools_are_read() -> None:
    assert of_pip(CLEAN, FLASK) == Report([FOUND_FLASK])
    assert read_npm_audit(json.dumps(NPM), "") == Report([FOUND_LODASH])


def test_packages_that_pip_audit_skips_are_not_clean() -> None:
    """pip-audit itself ends with 0 and “No known vulnerabilities found”."""
    assert of_pip(CLEAN, SKIPPED).not_looked_up == [SKIPPED["skip_reason"]]
    (line,) = of_pip(SKIPPED, SKIPPED).not_looked_up
    assert "all 2" in line
    assert of_pip().not_looked_up


@pytest.mark.parametrize("read", [read_pip_audit, read_npm_audit])
def test_a_tool_that_fails_has_looked_up_nothing(read: Callable[[str, str], Report]) -> None:
    for output in ("", "not JSON"):
        (line,) = read(output, "a traceback\nConnectionError\n").not_looked_up
        assert line.endswith(": ConnectionError")
        assert read(output, "").not_looked_up


def test_a_registry_without_advisories_has_looked_up_nothing() -> None:
    refused = {"message": "405 Method Not Allowed", "statusCode": 405, "error": {"summary": "", "detail": ""}}
    assert read_npm_audit(json.dumps(refused), "").not_looked_up == ["npm's packages: 405 Method Not Allowed"]


JUDGEMENT = Judgement("GHSA-5wv5-4vpf-pj6m", "flask", date(2026, 11, 27), "The site does not use Flask.")


@pytest.mark.parametrize(
    ("reports", "judged", "status", "said"),
    [
        ([Report(), Report()], [], 0, "No vulnerabilities are known, except for 0"),
        ([Report([FOUND_FLASK]), Report()], [], FOUND, "Vulnerable: flask: GHSA-5wv5"),
        ([Report([FOUND_FLASK]), Report()], [JUDGEMENT], 0, "except for 1 in"),
        ([Report([FOUND_FLASK, FOUND_LODASH])], [JUDGEMENT], FOUND, "Vulnerable: lodash: GHSA-p6mc"),
        ([Report(not_looked_up=["npm"])], [], NOT_LOOKED_UP, "NOT LOOKED UP: npm"),
        ([Report([FOUND_FLASK]), Report(not_looked_up=["npm"])], [], FOUND, "NOT LOOKED UP: npm"),
        (
            [Report([FOUND_FLASK]), Report(not_looked_up=["npm"])],
            [JUDGEMENT],
            NOT_LOOKED_UP,
            "NOT LOOKED UP: npm",
        ),
    ],
)
def test_the_conclusion(reports: list[Report], judged: list[Judgement], status: int, said: str) -> None:
    concluded, lines = conclude(reports, judged)
    assert concluded == status
    assert said in "\n".join(lines)
    assert ("No vulnerabilities" in "\n".join(lines)) == (status == 0)


def test_a_judgement_is_for_one_package() -> None:
    other = Judgement(JUDGEMENT.id, "jinja2", JUDGEMENT.judged_on, JUDGEMENT.reason)
    assert conclude([Report([FOUND_FLASK])], [other])[0] == FOUND


ENTRY = """[[judged]]
id = "GHSA-1"
package = "flask"
judged_on = 2026-11-27
reason = "The site never imports it."
"""


def test_each_judgement_has_an_id_a_package_a_date_and_a_reason() -> None:
    assert read_judgements(ENTRY)[0].judged_on == date(2026, 11, 27)
    for line in ENTRY.splitlines()[1:]:
        with pytest.raises(TypeError):
            read_judgements(ENTRY.replace(line, ""))
        with pytest.raises(ValueError, match="Incomplete"):
            read_judgements(ENTRY.replace(line, re.sub("= .*", '= ""', line)))


def test_what_is_judged_is_still_installed() -> None:
    npm = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages = {name for file in FILES for name in locked(file)} | {
        name.rpartition("node_modules/")[2] for name in npm
    }
    assert [one for one in read_judgements(JUDGED.read_text()) if one.package not in packages] == []


@pytest.mark.parametrize(
    ("status", "goes_on"), [(0, True), (FOUND, False), (2, False), (NOT_LOOKED_UP, True)]
)
def test_the_checks_end_if_a_vulnerability_is_found_but_not_if_no_registry_answers(
    status: int, goes_on: bool
) -> None:
    (line,) = re.findall(r"^.*tests\.vulnerabilities .*$", (ROOT / "script/test").read_text(), re.MULTILINE)
    line = line.replace(".venv/bin/python -m tests.vulnerabilities", f"(exit {status})")
    script = f'set -euo pipefail\nfail() {{ exit 1; }}\n{line}\necho "goes on"'
    run = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30)
    assert ("goes on" in run.stdout) == goes_on
