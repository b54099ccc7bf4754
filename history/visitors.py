"""Who a visitor is: a random token in the session, which says nothing about the person."""

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from history.selectors import Viewer

SESSION_KEY = "visitor"


def visitor_of(request: HttpRequest) -> str:
    """The visitor's token, or empty. A client without the session's cookie costs no session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return str(request.session.get(SESSION_KEY, ""))


def visitor_who_draws(request: HttpRequest) -> str:
    """The visitor's token, given now to who draws on a page for the first time.

    A session costs a write, so a client without a page, which sends no Origin, gets none. What the page of a
    stranger sends is drawn in nobody's name, whatever cookie comes with it.
    """
    origin = request.headers.get("Origin", "")
    if origin and not _is_ours(origin, request):
        return ""
    visitor = visitor_of(request)
    if origin and not visitor:
        visitor = request.session[SESSION_KEY] = secrets.token_hex(16)
    return visitor


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks at the history with this request."""
    user = request.user
    return Viewer(visitor=visitor_of(request), is_staff=bool(user.is_active and user.is_staff))


def _is_ours(origin: str, request: HttpRequest) -> bool:
    return origin in settings.CORS_ALLOWED_ORIGINS or urlsplit(origin).netloc == request.get_host()
