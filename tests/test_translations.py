"""Every text of the pages and the API speaks Simplified Chinese; the compiled catalogue is as written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polib
import pytest

from tests.conftest import ROOT

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
SOURCES = ("mnistsite", "recognizer", "history", "management", "templates", "locale")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """The catalogue as it would be if the texts were extracted now."""
    copy = tmp_path_factory.mktemp("extracted")
    for source in SOURCES:
        shutil.copytree(ROOT / source, copy / source)
    shutil.copy(ROOT / "manage.py", copy)
    command = [sys.executable, "manage.py", "makemessages", "--all", "--no-obsolete", "--no-location"]
    environment = {**os.environ, "MNIST_SERVER_STATE_DIR": str(copy / "var")}
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, timeout=120)
    return polib.pofile(str(copy / CATALOGUE))


def test_every_text_is_translated(extracted: polib.POFile) -> None:
    assert len(extracted) > 30
    assert [entry.msgid for entry in extracted if not entry.translated() or entry.fuzzy] == []


def test_the_catalogue_has_no_text_that_is_gone(extracted: polib.POFile) -> None:
    assert {entry.msgid for entry in polib.pofile(str(ROOT / CATALOGUE))} == {
        entry.msgid for entry in extracted
    }


def test_the_compiled_catalogue_is_the_written_one() -> None:
    written, compiled = (
        polib.pofile(str(ROOT / CATALOGUE)),
        polib.mofile(str(ROOT / CATALOGUE.with_suffix(".mo"))),
    )
    assert said(compiled) == said(written)


def said(catalogue: polib.POFile) -> dict[str, Any]:
    """What each text is in Chinese, where that depends on a number too."""
    return {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in catalogue if entry.msgid}


def test_placeholders_survive_translation(extracted: polib.POFile) -> None:
    for entry in extracted:
        for placeholder in ("{limit}", "{strokes}", "{points}"):
            assert (placeholder in entry.msgid) == (placeholder in entry.msgstr), entry.msgid
