"""Some of the site's middlewares around a handler, for responses that Django's own handler does not make."""

from collections.abc import Callable, Container
from typing import cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

Handler = Callable[[HttpRequest], HttpResponse]

OF_HEADERS = frozenset(
    {
        "mnistsite.headers.HeadersMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "corsheaders.middleware.CorsMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    }
)
"""Those that choose the language or set headers. They use no database and wait for nothing."""


def within_middlewares(handler: Handler, chosen: Container[str]) -> Handler:
    """The handler within the chosen middlewares, in the order of the settings."""
    for name in reversed(settings.MIDDLEWARE):
        if name in chosen:
            handler = import_string(name)(handler)
    # Not async, as none of them is.
    return cast(Handler, convert_exception_to_response(handler))
