"""A site that no longer uses Cassandra says that records still wait in its outbox."""

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from history.checks import no_outbox_is_left_behind
from history.stores.outbox import Outbox
from tests.conftest import ROOT, site_environment
from tests.history.records import a_record


@pytest.fixture
def path(settings: Settings, tmp_path: Path) -> Path:
    settings.OUTBOX_FILE = tmp_path / "outbox.sqlite3"
    return tmp_path / "outbox.sqlite3"


def found() -> list[str | None]:
    return [each.id for each in no_outbox_is_left_behind()]


def test_an_outbox_with_records_is_warned_of_while_the_site_uses_none(path: Path, settings: Settings) -> None:
    assert found() == []
    outbox = Outbox(path, max_bytes=10**7)
    outbox.check()
    assert found() == []
    outbox.add(record := a_record())
    (warning,) = no_outbox_is_left_behind()
    assert (warning.id, warning.msg.split(" but")[0]) == ("history.W001", f"1 records wait in {path},")
    assert "drain_outbox" in str(warning.hint)
    settings.HISTORY_OUTBOX = {"path": path, "max_bytes": 10**7}
    assert found() == []
    settings.HISTORY_OUTBOX = None
    outbox.remove([record.id])
    assert found() == []


def test_an_outbox_that_cannot_be_read_is_warned_of(path: Path) -> None:
    path.write_bytes(b"no database" * 100)
    assert found() == ["history.W002"]


CHECK = (
    "import django; django.setup(); from django.core.management import call_command; call_command('check')"
)


@pytest.mark.parametrize("start", ["import mnistsite.asgi", CHECK], ids=["worker", "check"])
def test_check_and_a_starting_worker_report_it(tmp_path: Path, start: str) -> None:
    Outbox(tmp_path / "outbox.sqlite3", max_bytes=10**7).add(a_record())
    run = subprocess.run(
        [sys.executable, "-c", start],
        cwd=ROOT,
        env=site_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "1 records wait in" in run.stderr
