import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, site_environment


@pytest.mark.parametrize("command", ["evaluate_lenet", "export_history", "fetch_mnist", "train_lenet"])
def test_importing_a_command_loads_neither_mxnet_nor_matplotlib(command: str) -> None:
    """Seconds that --help, a wrong argument or a download should not cost."""
    module = f"management.management.commands.{command}"
    # As manage.py does it.
    load = f"import django; django.setup(); import sys, {module}"
    script = f"{load}; sys.exit(bool({{'mxnet', 'matplotlib'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_all_of_django_s_own_database_is_dumped(tmp_path: Path) -> None:
    """The history has a model without a table there."""
    for arguments in (["migrate", "--verbosity=0"], ["dumpdata", f"--output={tmp_path / 'all.json'}"]):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=site_environment(tmp_path), check=True, timeout=120)
    models = {row["model"] for row in json.loads((tmp_path / "all.json").read_text())}
    assert "auth.permission" in models
    assert "history.historyrecord" not in models
