"""The origins of pages: this site's own, and those that the settings allow.

A browser sends the origin of the page with each request that changes something. Other clients choose their
Origin header, and their Host header, as they like.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mnistsite.types import DomainError

DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class ForeignOrigin(DomainError):
    """A page that the settings do not allow tried to change a record."""

    code = "foreign_origin"
    text = _("Pages of this origin may not change drawings.")


def allowed_origin(request: HttpRequest) -> str:
    """The origin of the page that sent a request, if it is this site's or an allowed one; empty otherwise."""
    origin = request.headers.get("Origin", "")
    return origin if origin and (origin in settings.CORS_ALLOWED_ORIGINS or is_own(request)) else ""


def is_own(request: HttpRequest) -> bool:
    """Whether the page that sent a request is this site's: it has the request's own scheme, host and port."""
    # Without a proxy that names the scheme, the site may be behind one that speaks HTTPS all the same.
    schemes = [request.scheme] if settings.SECURE_PROXY_SSL_HEADER else ["http", "https"]
    host = request.get_host().lower()
    own = {f"{scheme}://{host.removesuffix(DEFAULT_PORTS[str(scheme)])}" for scheme in schemes}
    return request.headers.get("Origin", "") in own


def listed_origin(request: HttpRequest) -> str:
    """The origin to store with a record: an allowed one that the settings name in full; empty otherwise.

    Each origin has a permanent list of records, so clients must not be able to invent origins by their Host
    header: with other ports, or with other names where ALLOWED_HOSTS has a wildcard.
    """
    origin = allowed_origin(request)
    named = {
        f"{scheme}://{host.lower()}{port}"
        for scheme in DEFAULT_PORTS
        for host in settings.ALLOWED_HOSTS
        for port in ("", f":{settings.PORT}")
    }
    return origin if origin in named | set(settings.CORS_ALLOWED_ORIGINS) else ""
