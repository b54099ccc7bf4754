"""Headers for browsers, besides those of Django and django-csp; and the API's demand for HTTPS."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from mnistsite.errors import for_api, is_of_api

HEALTH_PATH = "/api/health"

UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
"""Browser features that no page uses. (Pages use the clipboard and the share dialog, for links to drawings.)
The list has no newer ones: a browser that does not know a name warns in its console."""

PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)


class HeadersMiddleware:
    """Sets Permissions-Policy and Cross-Origin-Resource-Policy on every response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = resource_policy(request.path)
        return response


def resource_policy(path: str) -> str:
    """Which pages may embed a response, for instance as a picture.

    Anybody may embed static files, and the drawing behind a link to share, which needs no cookie. Pages of
    CORS_ALLOWED_ORIGINS may show their visitor's drawings, but the header cannot name an origin.
    """
    is_public = path.startswith((settings.STATIC_URL, "/shared/"))
    is_for_others = is_of_api(path) and bool(settings.CORS_ALLOWED_ORIGINS)
    return "cross-origin" if is_public or is_for_others else "same-origin"


class HTTPSForAPIMiddleware:
    """Where HTTPS is on, refuses requests to the API without it; Django redirects those for pages.

    Most clients follow a redirect without the body, and nobody notices that drawings are sent in clear.
    Health checks ask the site itself, not the proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.path != HEALTH_PATH:
            detail = _("This site requires HTTPS.")
            if response := for_api(request.path, status=403, code="https_required", detail=detail):
                return response
        return self._get_response(request)
