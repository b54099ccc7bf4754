"""The locked requirements: with hashes, complete, and as requirements.in and requirements-dev.in want them.

No registry is asked: what a package needs is known from its installation.
"""

import re
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

FILES = ("requirements", "requirements-dev")
OTHERS = ("benchmarks/throughput/others/original", "benchmarks/throughput/others/fastapi_onnx")
LOCKED = re.compile(r"([a-z0-9-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n(?:    # .*\n)+")


def wanted(name: str) -> dict[str, Requirement]:
    """What a .in file wants."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / f"{name}.in").read_text().splitlines())
    found = [Requirement(line) for line in lines if line and not line.startswith("-c ")]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def locked(name: str) -> dict[str, str]:
    """The versions in a .txt file, in which nothing else may be: no address, option or unlocked package."""
    content = (ROOT / f"{name}.txt").read_text()
    assert re.fullmatch(r"(#.*\n)+", LOCKED.sub("", content))
    return {found[1]: found[2] for found in LOCKED.finditer(content)}


def needs(name: str) -> list[Requirement]:
    """What an installed package needs here, whichever of its extras are used."""
    found = [Requirement(text) for text in requires(name) or []]
    return [each for each in found if each.marker is None or each.marker.evaluate({"extra": ""})]


@pytest.mark.parametrize("name", OTHERS)
def test_the_environment_of_a_compared_system_is_locked_with_hashes(name: str) -> None:
    versions = locked(name)
    assert len(versions) > len(wanted(name)) > 3
    for package, requirement in wanted(name).items():
        assert requirement.specifier.contains(versions[package]), package


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_locked_with_hashes(name: str) -> None:
    assert len(locked(name)) > len(wanted(name)) > 10


@pytest.mark.parametrize("name", FILES)
def test_the_lock_is_as_the_names_above_it_want(name: str) -> None:
    versions = locked(name)
    for package, requirement in wanted(name).items():
        assert requirement.specifier.contains(versions[package]), package


def test_what_locked_packages_need_is_locked_and_nothing_else() -> None:
    for files in (FILES[:1], FILES):
        versions = {package: each for name in files for package, each in locked(name).items()}
        used = {package for name in files for package in wanted(name)}
        for package in versions:
            for need in needs(package):
                used.add(canonicalize_name(need.name))
                assert need.specifier.contains(versions[canonicalize_name(need.name)]), (package, str(need))
        extras = {"filelock", "pysocks"}  # Of cachecontrol[filecache] and urllib3[socks].
        assert set(versions) - used <= extras


def test_a_package_has_one_version() -> None:
    site, tests = map(locked, FILES)
    assert {package: site[package] for package in site.keys() & tests} == {
        package: tests[package] for package in site.keys() & tests
    }


def test_the_locked_versions_are_installed() -> None:
    for name in FILES:
        for package, expected in locked(name).items():
            assert version(package) == expected, package


@pytest.mark.parametrize("file", ["script/_environment", "Dockerfile"])
def test_packages_without_a_hash_are_not_installed(file: str) -> None:
    (command,) = re.findall(r"pip install .*", Path(ROOT / file).read_text())
    assert "--require-hashes" in command
