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

    A session costs a write, so crawlers and plain API clients, which show no page of this site's or of an
    allowed origin, get none.
    """
    visitor = visitor_of(request)
    if not visitor and _is_from_a_page(request):
        visitor = request.session[SESSION_KEY] = secrets.token_hex(16)
    return visitor


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks at the history with this request."""
    user = request.user
    return Viewer(visitor=visitor_of(request), is_staff=bool(user.is_active and user.is_staff))


def _is_from_a_page(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    return origin in settings.CORS_ALLOWED_ORIGINS or urlsplit(origin).netloc == request.get_host()
