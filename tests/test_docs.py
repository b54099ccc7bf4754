"""What the documentation says and what there is are the same."""

import inspect
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.exceptions import APIException

from history import keeper, origins, services
from history.api import views as api
from history.api.serializers import MAX_LABEL_LENGTH, record_json, share_json
from history.export.formats.csv import COLUMNS
from history.records import Label, Share, StorageOutcome
from mnistsite import env, parsing
from mnistsite.errors import RETRY_AFTER_S, STATUSES
from mnistsite.types import INPUT_SIZE, DomainError
from recognizer import errors, serializers
from recognizer.services import KeptReading, Reading
from tests.conftest import ROOT, Site
from tests.history.records import a_record
from tests.test_errors import OPEN_CODES

DOCS = {path.name: path.read_text() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]}
COMMANDS = {path.stem for path in (ROOT / "management/management/commands").glob("[a-z]*.py")}
SETTING = re.compile(r"\b(?:MNIST_SERVER_[A-Z_]+|WEB_CONCURRENCY)\b")


READERS = {name: reader for name, reader in vars(env).items() if inspect.isfunction(reader)}
OF_SECRETS = {name for name, reader in READERS.items() if "_given_secret" in reader.__code__.co_names}
"""Readers that also read the variable with `_FILE` at its end."""
WITH_DEFAULT = {
    name for name, reader in READERS.items() if reader.__annotations__.get("default") not in (None, Path)
}
"""Readers whose default is a value, and no path."""


def settings_read() -> set[str]:
    """The environment variables that the site's own code reads."""
    sources = "".join(path.read_text() for path in (ROOT / "mnistsite").glob("*.py"))
    read = re.findall(r'(\w+)\(\s*"(MNIST_SERVER_[A-Z_]+|WEB_CONCURRENCY)"', sources)
    of_secrets = {f"{name}_FILE" for reader, name in read if reader in OF_SECRETS}
    return {name for _, name in read} | of_secrets


def test_every_setting_is_documented_and_none_is_made_up() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", DOCS["settings.md"], re.MULTILINE))
    assert table == settings_read()


def test_the_example_file_has_every_setting() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == settings_read()


def test_every_number_switch_and_word_that_is_a_default_is_the_one_that_is_documented() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "mnistsite").glob("*.py"))
    read = rf'env\.(?:{"|".join(WITH_DEFAULT)})\(\s*"(\w+)",\s*"?([\w.]+)'
    words = {"False": "0", "True": "1"}
    defaults = {name: words.get(value, value.replace("_", "")) for name, value in re.findall(read, sources)}
    assert len(defaults) > 12
    row = re.compile(r"^\| `([A-Z_]+)` \| `([^`]*)` \|", re.MULTILINE)
    documented, common = (dict(row.findall(DOCS[name])) for name in ("settings.md", "README.md"))
    example = dict(re.findall(r"^([A-Z_]+)=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for name, default in defaults.items():
        assert (documented.get(name), example.get(name)) == (default, default), name
        assert common.get(name, default) == default, name


@pytest.mark.parametrize("name", DOCS)
def test_no_document_names_a_setting_that_is_none(name: str) -> None:
    assert set(SETTING.findall(DOCS[name])) <= settings_read()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    assert any(f"script/manage {command}" in text for text in DOCS.values())


@pytest.mark.parametrize("name", DOCS)
def test_no_document_names_a_command_that_is_none(name: str) -> None:
    from django.core.management import get_commands

    named = set(re.findall(r"(?:script/manage|manage\.py) ([a-z_]+)", DOCS[name]))
    assert named <= set(get_commands())


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and not path.startswith(("/admin/", "/i18n/")):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path.replace("<uuid:record_id>", "<id>").replace("<share_token:link>", "<token>")


def test_every_route_is_documented() -> None:
    for route in routes(get_resolver().url_patterns):
        assert re.search(rf"`(?:GET |POST |PUT )?{re.escape(route)}`", DOCS["api.md"]), route


def fields_of(answer: Any) -> set[str]:
    """The names in a JSON document, at any depth."""
    if isinstance(answer, dict):
        return set(answer).union(*map(fields_of, answer.values()))
    return set().union(*map(fields_of, answer)) if isinstance(answer, list) else set()


def test_every_field_of_the_api_s_results_is_documented() -> None:
    record = a_record()
    label = Label(record_id=record.id, text="1", given_by="anna", given_at_us=1)
    reading = Reading(
        digits=record.digits,
        network_inputs=(np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32),),
        input_bytes=(bytes(INPUT_SIZE**2),),
        media_type="image/png",
        model=record.model,
        latency_ms=1.0,
    )
    kept = KeptReading(record=record, outcome=StorageOutcome.STORED, reading=reading)
    share = Share(record_id=record.id)
    answers = record_json(record, label, share), share_json(share), serializers.kept_reading_json(kept)
    fields = set[str]().union(*map(fields_of, answers))
    assert {"predict", "box", "seen", "given_at", "queued"} <= fields
    code = " ".join(re.findall(r"`([^`\n]+)`", DOCS["api.md"]))
    for field in fields:
        assert re.search(rf"\b{field}\b", code), field


def test_every_column_of_the_csv_is_documented() -> None:
    for column in COLUMNS:
        assert f"`{column}`" in DOCS["export.md"], column


def test_the_pages_and_the_documentation_have_the_limit_of_labels() -> None:
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    fields = re.findall(r"<input [^>]*pattern=[^>]*>", templates)
    limits = re.findall(r'\{1,(\d+)\}"|at most (\d+)|maxlength="(\d+)"', "".join(fields))
    assert len(limits) > len(fields) > 2
    assert {int("".join(found)) for found in limits} == {MAX_LABEL_LENGTH}
    assert f"not 0 to {MAX_LABEL_LENGTH} digits" in DOCS["api.md"]


def error_codes() -> set[str]:
    of_bodies = {
        value.default_code
        for value in vars(parsing).values()
        if isinstance(value, type) and issubclass(value, APIException) and value is not APIException
    }
    limit = api.PageSerializer().fields["limit"]
    fields = (serializers.DataURLField(), serializers.StrokesField(), limit)
    return of_bodies | domain_codes() | {code for field in fields for code in field.error_messages}


def domain_codes() -> set[str]:
    return {
        value.code
        for module in (errors, keeper, origins, services)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, DomainError) and value is not DomainError
    }


def test_each_error_has_its_status_and_no_other_code_has_one() -> None:
    assert domain_codes() == set(STATUSES)
    assert set(RETRY_AFTER_S) < set(STATUSES)


OTHER_CODES = {
    "bad_request",
    "not_found",
    "server_error",
    "history_unavailable",
    "bad_cursor",
    "permission_denied",
    "https_required",
    "method_not_allowed",
    "too_many_requests",
}
"""Those that no class of an error has."""


def documented_errors() -> list[tuple[set[str], str]]:
    """The codes of each row of the table, and whether a request may have taken effect all the same."""
    table = DOCS["api.md"].partition("| status | code | cause | took effect |")[2]
    rows = re.findall(r"^\| \d+ \| ([^|]+) \|[^|]+\|(.*)$", table, re.MULTILINE)
    return [(set(re.findall("`(\\w+)`", codes)), effect.strip(" |")) for codes, effect in rows]


def test_every_error_code_is_documented_and_none_is_made_up() -> None:
    assert set().union(*(codes for codes, _ in documented_errors())) == error_codes() | OTHER_CODES


def test_every_error_says_whether_something_may_be_kept() -> None:
    """tests/test_errors.py shows that it is so."""
    effects = {code: effect for codes, effect in documented_errors() for code in codes}
    assert {code for code, effect in effects.items() if effect == "open"} == OPEN_CODES
    assert set(effects.values()) == {"no", "open"}


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in"])
def test_every_direct_dependency_has_its_reason(file: str) -> None:
    """tests/test_requirements.py has the rest."""
    names = re.findall(r"^\w[\w-]*", (ROOT / file).read_text(), re.MULTILINE)
    assert len(names) > 10
    for name in names:
        assert f"`{name}`" in DOCS["dependencies.md"], name


def test_every_package_of_npm_is_pinned_and_has_its_reason() -> None:
    packages = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in packages.items():
        assert locked[f"node_modules/{name}"]["version"] == version
        assert f"`{name}`" in DOCS["dependencies.md"], name


def test_the_lock_file_names_no_registry_but_has_the_hash_of_each_package() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages = {name: package for name, package in locked.items() if name}
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")]


@pytest.mark.parametrize("name", DOCS)
def test_every_link_leads_somewhere(name: str) -> None:
    folder = ROOT if (ROOT / name).exists() else ROOT / "docs"
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", DOCS[name]):
        assert (folder / target).exists(), target


@pytest.mark.parametrize("name", DOCS)
def test_every_path_of_the_repository_in_a_document_exists(name: str) -> None:
    folders = "|".join(
        path.name for path in ROOT.iterdir() if path.is_dir() and path.name not in ("var", "staticfiles")
    )
    paths = re.findall(rf"`((?:{folders})/[\w./-]+)`", DOCS[name])
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", DOCS)
def test_no_document_has_a_gap_for_what_is_to_be_measured(name: str) -> None:
    assert re.findall(r"^[A-Z]{3,}$", DOCS[name], re.MULTILINE) == []


def test_the_readme_example_works(site: Site) -> None:
    (example,) = re.findall(r"^curl .*$", DOCS["README.md"], re.MULTILINE)
    example = example.replace("http://127.0.0.1:8888", shlex.quote(site.url))
    run = subprocess.run(["bash", "-c", example], cwd=ROOT, capture_output=True, check=True, timeout=60)
    answer = json.loads(run.stdout)
    assert answer["predict"] == 7
    assert set(re.findall(r'"(\w+)":', DOCS["README.md"])) <= answer.keys() | answer["digits"][0].keys() | {
        "x", "y", "width", "height", "data"
    }  # fmt: skip


def test_the_example_with_a_cookie_works(site: Site, tmp_path: Path) -> None:
    """What it sends is what it lists then."""
    (example,) = re.findall(r"```sh\n(site=.*?)```", DOCS["api.md"], re.DOTALL)
    example = example.replace("http://127.0.0.1:8888", shlex.quote(site.url))
    example = example.replace("docs/images", shlex.quote(str(ROOT / "docs/images")))
    run = subprocess.run(["bash", "-c", example], cwd=tmp_path, capture_output=True, check=True, timeout=60)
    decoder, answers = json.JSONDecoder(), run.stdout.decode()
    sent, end = decoder.raw_decode(answers)
    listed, _ = decoder.raw_decode(answers[end:].lstrip())
    assert [record["id"] for record in listed["recognitions"]] == [sent["id"]]


def test_the_readme_names_both_commands() -> None:
    for command in ("server", "test"):
        assert f"\nscript/{command}\n" in DOCS["README.md"]
        assert Path(ROOT / "script" / command).stat().st_mode & 0o111
