"""The compiled kernels, which a serving process loads once.

Until they are loaded, and in commands and where numba is not installed, the same is done in numpy, OpenCV and Pillow,
with the same results and more processor time.
"""

import fcntl
import logging
import shutil
from importlib import import_module
from pathlib import Path
from types import ModuleType

logger = logging.getLogger(__name__)

kernels: ModuleType | None = None
"""recognizer.kernels, when it is loaded."""


def load(cache: Path) -> None:
    """Load the kernels. The first process compiles them, which takes some seconds, and keeps them in this folder.

    Machine code is for one version of numba, of the source and of the processor; numba compiles anew if one of them
    has changed. Others that start meanwhile wait, and then load what was compiled.
    """
    global kernels  # noqa: PLW0603 -- one for the process, as the network
    try:
        import numba
    except ImportError:
        logger.warning("numba is not installed. Reading a drawing takes more processor time.")
        return
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (cache / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            numba.config.CACHE_DIR = str(cache)
            try:
                kernels = import_module("recognizer.kernels")
            except Exception:  # Whatever a file that a full disk or a power failure has damaged leads to.
                logger.warning(
                    "The compiled kernels in %s are damaged, and are compiled anew.", cache, exc_info=True
                )
                for folder in cache.glob("*/"):
                    shutil.rmtree(folder)
                kernels = import_module("recognizer.kernels")
    except OSError as error:
        logger.warning("The kernels cannot be kept in %s: %s. Each start compiles them.", cache, error)
        numba.config.CACHE_DIR = ""
        kernels = import_module("recognizer.kernels")
