"""Visitors: each is a random token in a signed cookie, which reveals nothing about the person.

The site keeps no state for it. The cookie is apart from Django's session, so a visitor keeps their drawings
when they log in or out as staff.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from history.origins import allowed_origin
from history.permissions import Viewer

META_KEY = "history.visitor"
"""Where a request's META has its Visitor. Headers cannot set it: their names begin with HTTP_."""

LEGACY_SESSION_KEY = "visitor"
"""Where earlier versions had the token in the session."""

RENEW_AFTER_S = 7 * 24 * 3600
"""Minimum age at which a cookie is renewed, so that not every response has one."""


@dataclass(slots=True)
class Visitor:
    """The visitor of a request, and what the response does with their cookie."""

    token: str = ""
    must_be_sent: bool = False
    is_forgotten: bool = False


def read_visitor(request: HttpRequest) -> Visitor:
    """The visitor in a request's cookie, or else in the session of an earlier version.

    Only the browser lets the cookie expire. If the site did, a wrong clock would part visitors from their
    drawings.
    """
    cookie = request.COOKIES.get(settings.VISITOR_COOKIE_NAME, "")
    for max_age_s, is_due in ((RENEW_AFTER_S, False), (None, True)):
        with suppress(BadSignature):  # Also for a cookie that is older than this.
            return Visitor(signer().unsign(cookie, max_age=max_age_s), must_be_sent=is_due)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        token = str(request.session.get(LEGACY_SESSION_KEY, ""))
        return Visitor(token, must_be_sent=bool(token))
    return Visitor()


def send_visitor(visitor: Visitor, response: HttpResponseBase) -> None:
    """Set or delete the cookie, if that is needed."""
    name, same_site = settings.VISITOR_COOKIE_NAME, settings.VISITOR_COOKIE_SAMESITE
    if visitor.is_forgotten:
        response.delete_cookie(name, samesite=same_site)
    elif visitor.must_be_sent:
        response.set_cookie(
            name,
            signer().sign(visitor.token),
            max_age=settings.VISITOR_COOKIE_AGE,
            secure=settings.BEHIND_HTTPS,
            httponly=True,
            samesite=same_site,
        )
    else:
        return
    patch_vary_headers(response, ("Cookie",))
    patch_cache_control(response, private=True)


def signer() -> TimestampSigner:
    """Also accepts cookies that a key of SECRET_KEY_FALLBACKS has signed."""
    return TimestampSigner(salt="history.visitor")


def visitor_of(request: HttpRequest) -> str:
    """The visitor's token, or empty."""
    return _visitor(request).token


def ensure_visitor(request: HttpRequest) -> str:
    """The visitor's token; a new visitor's comes with the response."""
    visitor = _visitor(request)
    if not visitor.token:
        visitor.token, visitor.must_be_sent = secrets.token_hex(16), True
    return visitor.token


def visitor_who_draws(request: HttpRequest) -> str:
    """The visitor's token; empty for a page of a foreign origin, and for a client without cookie and origin.

    A page gives its visitor a cookie, but a page of another allowed origin gets it with its first drawing.
    """
    if allowed_origin(request):
        return ensure_visitor(request)
    return "" if "Origin" in request.headers else visitor_of(request)


def forget_visitor(request: HttpRequest) -> None:
    """Take the cookie from the browser. Without it, nobody can reach the visitor's drawings as their own."""
    visitor = _visitor(request)
    visitor.token, visitor.is_forgotten = "", True
    if settings.SESSION_COOKIE_NAME in request.COOKIES and LEGACY_SESSION_KEY in request.session:
        del request.session[LEGACY_SESSION_KEY]  # Otherwise the next request would have it again.


def viewer_of(request: HttpRequest) -> Viewer:
    """The person behind a request, with the permissions of staff."""
    visitor, user = visitor_of(request), request.user
    if not (user.is_active and user.is_staff):
        return Viewer(visitor=visitor)
    return Viewer(
        visitor=visitor,
        name=user.get_username(),
        views_all=user.has_perm("history.view_historyrecord"),
        changes_all=user.has_perm("history.change_historyrecord"),
        deletes_all=user.has_perm("history.delete_historyrecord"),
    )


def _visitor(request: HttpRequest) -> Visitor:
    found: Visitor = request.META[META_KEY]
    return found
