import threading
from contextlib import suppress

from django.apps import AppConfig
from django.conf import settings

from mnistsite.serving import serves


class RecognizerConfig(AppConfig):
    name = "recognizer"

    def ready(self) -> None:
        from mnistsite import checks as _  # noqa: F401 -- registers its check
        from recognizer import checks, predictor  # noqa: F401 -- registers its check

        if serves():
            predictor.shared_predictor()
            threading.Thread(target=load_compiled_code, name="compiled-code", daemon=True).start()


def load_compiled_code() -> None:
    """Load it when the network is loaded: until then, nothing can be read."""
    from recognizer import compiled
    from recognizer.errors import NotReady
    from recognizer.predictor import shared_predictor

    with suppress(NotReady):
        _ = shared_predictor().version
    compiled.load(*settings.COMPILED_DIRS)
