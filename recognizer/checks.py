"""The system check of the parameters, without which the site recognises nothing."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from recognizer.model_card import UnusableParameters, verified_card


@register()
def parameters_are_usable(**_: Any) -> list[CheckMessage]:
    """A warning, because an error would keep the first training from running."""
    try:
        verified_card(settings.MNIST_PARAMETERS)
    except UnusableParameters as error:
        hint = "Train them with `manage.py train_lenet`, or name others in MNIST_SERVER_PARAMETERS."
        return [checks.Warning(str(error), hint=hint, id="recognizer.W001")]
    return []
