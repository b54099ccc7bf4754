import os
import sys

from django.apps import AppConfig


class RecognizerConfig(AppConfig):
    name = "recognizer"

    def ready(self) -> None:
        from recognizer import checks, predictor  # noqa: F401 -- registers its check

        if serves():
            predictor.shared_predictor()


def serves() -> bool:
    """Whether this process answers requests: a worker that loads the WSGI module, or runserver's child.

    A gunicorn worker imports that module after the fork, so the network is loaded after it too.
    """
    if "mnistsite.wsgi" in sys.modules:
        return True
    is_child = os.environ.get("RUN_MAIN") == "true" or "--noreload" in sys.argv
    return sys.argv[1:2] == ["runserver"] and is_child
