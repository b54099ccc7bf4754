"""The arrows of docs/architecture.md, read from the imports."""

import ast
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
MXNET_IMPORTERS = {"recognizer/network.py", "management/training/fitting.py"}


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
