from django.apps import AppConfig

from mnistsite.serving import serves


class RecognizerConfig(AppConfig):
    name = "recognizer"

    def ready(self) -> None:
        from mnistsite import checks as _  # noqa: F401 -- registers its check
        from recognizer import checks, predictor  # noqa: F401 -- registers its check

        if serves():
            predictor.shared_predictor()
