import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("command", ["fetch_mnist", "train_lenet"])
def test_importing_a_command_does_not_load_mxnet(command: str) -> None:
    """A second or two that --help, a wrong argument or a download should not cost."""
    module = f"management.management.commands.{command}"
    script = f"import sys, {module}; sys.exit('mxnet' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
