"""Whether this process serves requests."""

import os
import sys


def serves() -> bool:
    """Whether this process serves requests: a worker that has loaded the ASGI module, or runserver's child.

    A gunicorn worker imports that module after the fork, so its threads start after the fork too.
    """
    if "mnistsite.asgi" in sys.modules:
        return True
    is_child = os.environ.get("RUN_MAIN") == "true" or "--noreload" in sys.argv
    return sys.argv[1:2] == ["runserver"] and is_child
