import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("command", ["evaluate_lenet", "export_history", "fetch_mnist", "train_lenet"])
def test_importing_a_command_loads_neither_mxnet_nor_matplotlib(command: str) -> None:
    """Seconds that --help, a wrong argument or a download should not cost."""
    module = f"management.management.commands.{command}"
    script = f"import sys, {module}; sys.exit(bool({{'mxnet', 'matplotlib'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
