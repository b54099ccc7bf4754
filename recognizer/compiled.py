"""The compiled kernels, which a serving process loads once.

Until they are loaded, and in commands, and where numba is not installed, numpy, OpenCV and Pillow do the
same, with the same results and more processor time.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

logger = logging.getLogger(__name__)

SOURCE = Path(__file__).with_name("kernels.py")

COMPILE_TIMEOUT_S = 180
"""It takes some six seconds on an idle core."""

kernels: ModuleType | None = None
"""recognizer.kernels, when it is loaded."""


def kernels_for(levels: np.ndarray) -> Any:
    """The kernels, or None if they are not loaded or not made for such an array."""
    return kernels if levels.dtype == np.uint8 and levels.size else None


def load(*caches: Path) -> None:
    """Load the kernels from the last of these folders, which is the process's own.

    If they are not there for this machine, they are copied from another one that has them, or else compiled.
    numba uses code only from folders to which it can write. Never raises: without the kernels, drawings are
    read as well. Safe to call in several processes at once.
    """
    global kernels  # noqa: PLW0603 -- one for the process, as the network
    try:
        import numba
        from llvmlite.binding import get_host_cpu_name
    except ImportError:
        logger.warning("numba is not installed: drawings are read without compiled code, at twice the cost.")
        return
    # Machine code is for one version of numba, of the source and of the processor.
    key = f"{numba.__version__} {get_host_cpu_name()} ".encode() + SOURCE.read_bytes()
    folders = [cache / hashlib.sha256(key).hexdigest()[:16] for cache in caches]
    try:
        *others, own = folders
        if not is_complete(own):
            _make(own, others)
        numba.config.CACHE_DIR = str(own)
        try:
            kernels = import_module("recognizer.kernels")
        except Exception:  # Whatever follows from a file that a power failure has damaged.
            logger.warning("The compiled code is damaged. It is compiled anew.", exc_info=True)
            shutil.rmtree(own)
            _make(own)
            kernels = import_module("recognizer.kernels")
    except Exception as error:  # Nothing of this is a reason not to serve.
        logger.warning("Drawings are read without compiled code, at twice the cost: %s", error, exc_info=True)


def is_complete(folder: Path) -> bool:
    """Whether a folder has all of the compiled code."""
    return (folder / "complete").exists()


def _make(folder: Path, others: Sequence[Path] = ()) -> None:
    """Copy or compile the kernels into this folder, or wait for another process that does. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_complete(folder):
            return
        shutil.rmtree(folder, ignore_errors=True)
        if complete := [other for other in others if is_complete(other)]:
            shutil.copytree(complete[0], folder, ignore=shutil.ignore_patterns("complete"))
            (folder / "complete").touch()
        else:
            _compile_into(folder)


def _compile_into(folder: Path) -> None:
    """Compile the kernels into this folder, and remove others.

    A process of its own does it, so that the compiler's memory, 60 MB, is free again afterwards.
    """
    for other in folder.parent.iterdir():
        if other.is_dir():
            shutil.rmtree(other)
    folder.mkdir()
    logger.info("Compiling the code that reads drawings. This takes some seconds, once.")
    subprocess.run(
        [sys.executable, "-c", "import recognizer.kernels"],
        cwd=SOURCE.parent.parent,
        env=os.environ | {"NUMBA_CACHE_DIR": str(folder)},
        check=True,
        timeout=COMPILE_TIMEOUT_S,
        stdin=subprocess.DEVNULL,
    )
    (folder / "complete").touch()
