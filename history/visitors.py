"""Visitors: each is a random token in a session, which reveals nothing about the person."""

import logging
import secrets
import time

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.http import HttpRequest

from history.permissions import Viewer
from history.services import NotStored

logger = logging.getLogger(__name__)

SESSION_KEY, RENEWED_KEY = "visitor", "renewed"
RENEW_AFTER_S = 7 * 24 * 3600
"""Minimum time between renewals of a session, so that not every drawing costs a write."""


def visitor_of(request: HttpRequest) -> str:
    """The visitor's token, or empty. Does not touch the session of a client without its cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return str(request.session.get(SESSION_KEY, ""))


def visitor_who_draws(request: HttpRequest) -> str:
    """The visitor's token; the first drawing on a page creates it.

    A session costs a write, so a client that sends no Origin header gets none. A drawing from the page of a
    foreign origin belongs to no visitor, even if a cookie comes with it. The session is saved before the
    drawing: otherwise a failure between the two would leave a drawing that its visitor cannot see.
    Raises NotStored when the session cannot be saved, as on a full disk.
    """
    origin = own_origin(request)
    if "Origin" in request.headers and not origin:
        return ""
    visitor = visitor_of(request)
    is_fresh = visitor and time.time() - float(request.session.get(RENEWED_KEY, 0)) < RENEW_AFTER_S
    if origin and not is_fresh:
        visitor = visitor or secrets.token_hex(16)
        request.session[SESSION_KEY], request.session[RENEWED_KEY] = visitor, time.time()
        try:
            request.session.save()
        except (DatabaseError, UpdateError) as error:  # UpdateError: the user logged out at the same moment.
            logger.exception("A visitor's session was not saved")
            raise NotStored from error
    return visitor


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


def own_origin(request: HttpRequest) -> str:
    """The origin of a request, if it is this site's or an allowed one; empty otherwise.

    Each origin has a list of records, and other clients could invent any number of origins.
    """
    origin = request.headers.get("Origin", "")
    host = request.get_host() if origin else ""
    ours = {f"http://{host}", f"https://{host}", *settings.CORS_ALLOWED_ORIGINS}
    return origin if origin in ours else ""
