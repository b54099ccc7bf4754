"""What kind of process this is."""

import os
import sys


def serves() -> bool:
    """Whether this process answers requests: a worker that loads the WSGI module, or runserver's child.

    A gunicorn worker imports that module after the fork, so what is started here is started after it too.
    """
    if "mnistsite.wsgi" in sys.modules:
        return True
    is_child = os.environ.get("RUN_MAIN") == "true" or "--noreload" in sys.argv
    return sys.argv[1:2] == ["runserver"] and is_child
