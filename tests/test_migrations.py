"""Migrations of Django's own database."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, site_environment


def test_each_change_of_a_model_has_its_migration(tmp_path: Path) -> None:
    """In a process that has not imported the tables of Cassandra, which would count as models."""
    run = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        env=site_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (run.returncode, run.stdout) == (0, "No changes detected\n"), run.stderr
