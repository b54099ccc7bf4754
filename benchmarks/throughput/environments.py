"""The environments of the other systems, with the packages that are pinned beside their modules."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np

from testbed.sites import ROOT

FOLDER = ROOT / "var/throughput"
OTHERS = Path(__file__).parent / "others"
PARAMETERS = ROOT / "recognizer/parameters/lenet.params"
ONNX_NETWORK = FOLDER / "lenet.onnx"


def programs(name: str) -> Path:
    """The folder with the programs of a system's environment, which is made if it is missing or outdated."""
    requirements = OTHERS / f"{name}.txt"
    environment = FOLDER / name
    stamp = environment / hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not stamp.exists():
        print(f"Installing {requirements.name} into {environment} (a minute, once)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        install = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        pip = environment / "bin/pip"
        subprocess.run([pip, *install, "--requirement", requirements], check=True)
        stamp.touch()
    return environment / "bin"


def write_onnx_network() -> Path:
    """The shipped network as an ONNX graph. Fails if its logits differ from MXNet's by more than 0.0001."""
    from recognizer import lenet

    network = lenet.load(PARAMETERS)
    inputs = np.random.default_rng(1).random((32, 28, 28), np.float32)
    arrays = {"inputs": inputs[:, np.newaxis], "logits": lenet.Forward(network).logits(inputs)}
    for i, layer in enumerate(network):
        for name in ("weight", "bias"):
            if hasattr(layer, name):
                arrays[f"{i}.{name}"] = getattr(layer, name).data().asnumpy()
    np.savez(FOLDER / "lenet.npz", **arrays)
    python = programs("fastapi_onnx") / "python"
    subprocess.run([python, OTHERS / "fastapi_onnx.py", FOLDER / "lenet.npz", ONNX_NETWORK], check=True)
    return ONNX_NETWORK
