"""The arrows of docs/architecture.md, read from the imports."""

import ast
import re
import sys
from graphlib import TopologicalSorter
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
MXNET_IMPORTERS = {"recognizer/lenet.py", "management/training/trainer.py"}


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


def rooms_of(app: str) -> dict[str, set[str]]:
    """Each module and folder of an app, and which others of them it imports."""
    found: dict[str, set[str]] = {}
    for path in modules(app):
        own = path.relative_to(ROOT / app).with_suffix("").parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                imported = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            else:
                continue
            within = f"{app.replace('/', '.')}."
            others = {name.removeprefix(within).split(".")[0] for name in imported if name.startswith(within)}
            found.setdefault(own, set()).update(others - {own})
    return found


@pytest.mark.parametrize("app", [*MAY_IMPORT, "management/training"])
def test_what_is_in_a_folder_and_what_is_beside_it_import_each_other_in_one_direction(app: str) -> None:
    rooms = rooms_of(app)
    assert any(rooms.values())
    tuple(TopologicalSorter(rooms).static_order())  # It raises CycleError, with the way around.


@pytest.mark.parametrize("app", ["history", "recognizer"])
def test_an_app_s_templates_use_only_those_apps_that_it_may_import(app: str) -> None:
    files = sorted((ROOT / "templates" / app).rglob("*.html"))
    assert files
    for path in files:
        named = re.findall(r"(?:url|include|extends) ['\"](\w+)[:/]", path.read_text())
        others = set(named) & set(APPS) - {app}
        assert others <= MAY_IMPORT[app], f"{path} uses {others}"


def test_every_route_that_a_template_names_belongs_to_an_app() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        named = re.findall(r"url ['\"]([\w:-]+)['\"]", path.read_text())
        assert all(":" in name or name == "set_language" for name in named), f"{path} names {named}"


def test_what_all_apps_speak_of_imports_nothing_of_the_site() -> None:
    assert imports(ROOT / "mnistsite/types.py") <= sys.stdlib_module_names


def test_only_the_network_and_its_training_import_mxnet() -> None:
    importers = {
        str(path.relative_to(ROOT))
        for app in (*APPS, "mnistsite")
        for path in modules(app)
        if "mxnet" in imports(path)
    }
    assert importers <= MXNET_IMPORTERS
    assert "recognizer/lenet.py" in importers


def canonical(distribution: str) -> str:
    return re.sub("[-_.]+", "-", distribution).lower()


def pinned_in(requirements: Path) -> set[str]:
    return {canonical(name) for name in re.findall(r"^([\w.-]+)==", requirements.read_text(), re.MULTILINE)}


@pytest.mark.parametrize("folder", [*MAY_IMPORT, *BESIDE])
def test_all_but_the_tests_does_with_what_the_site_itself_needs(folder: str) -> None:
    needed = pinned_in(ROOT / "requirements.txt")
    brings = packages_distributions()
    given = {name for name, by in brings.items() if needed & {canonical(each) for each in by}}
    own = {*MAY_IMPORT, *BESIDE} if folder in BESIDE else {*MAY_IMPORT}
    files = modules(folder)
    assert files
    for path in files:
        environment = path.with_suffix(".txt")  # Of a system with which a benchmark compares the site.
        beside = pinned_in(environment) if environment.exists() else set()
        others = imports(path) - sys.stdlib_module_names - given - own - beside
        assert not others, f"{path} imports {others}"
