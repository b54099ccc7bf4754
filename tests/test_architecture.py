"""The arrows of docs/architecture.md, read from the imports."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("recognizer", "history", "management")
MAY_IMPORT: dict[str, set[str]] = {
    "mnistsite": set(),
    "history": set(),
    "recognizer": {"history"},
    "management": {"history", "recognizer"},
}
BESIDE = ("benchmarks", "testbed")
"""These may import each other and all of the site, and only the tests import them."""
MXNET_IMPORTERS = {"recognizer/network.py", "management/training/trainer.py"}


def imports(path: Path) -> set[str]:
    """Top-level names of all modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add(str(node.module).split(".")[0])
    return names


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_an_app_imports_only_the_apps_it_may(app: str) -> None:
    files = modules(app)
    assert files
    for path in files:
        others = imports(path) & set(APPS) - {app}
        assert others <= MAY_IMPORT[app], f"{path} imports {others}"


def test_only_the_network_and_its_training_import_mxnet() -> None:
    importers = {
        str(path.relative_to(ROOT))
        for app in (*APPS, "mnistsite")
        for path in modules(app)
        if "mxnet" in imports(path)
    }
    assert importers <= MXNET_IMPORTERS
    assert "recognizer/network.py" in importers


def canonical(distribution: str) -> str:
    return re.sub("[-_.]+", "-", distribution).lower()


@pytest.mark.parametrize("folder", [*MAY_IMPORT, *BESIDE])
def test_all_but_the_tests_does_with_what_the_site_itself_needs(folder: str) -> None:
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    needed = {canonical(name) for name in pinned}
    brings = packages_distributions()
    given = {name for name, by in brings.items() if needed & {canonical(each) for each in by}}
    own = {*MAY_IMPORT, *BESIDE} if folder in BESIDE else {*MAY_IMPORT}
    files = modules(folder)
    assert files
    for path in files:
        others = imports(path) - sys.stdlib_module_names - given - own
        assert not others, f"{path} imports {others}"
