"""System checks of the settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 -- Django's name


@register()
def proxies_are_named(**_: Any) -> list[CheckMessage]:
    """Without their names, nobody's address is known."""
    if not settings.BEHIND_HTTPS or settings.PROXIES or not settings.RATE_LIMIT:
        return []
    message = "Clients are not limited by their addresses, because MNIST_SERVER_PROXIES names no proxy."
    return [Warning(message, hint="Name the proxy that speaks HTTPS.", id="mnistsite.W001")]
