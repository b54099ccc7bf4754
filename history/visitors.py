"""Who a visitor is: a random token in the session, which says nothing about the person."""

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
"""How long a session's end is left where it is. Who comes back within its whole life never loses it."""


def visitor_of(request: HttpRequest) -> str:
    """The visitor's token, or empty. A client without the session's cookie costs no session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return str(request.session.get(SESSION_KEY, ""))


def visitor_who_draws(request: HttpRequest) -> str:
    """The visitor's token, given now to who draws on a page for the first time.

    A session costs a write, so a client without a page, which sends no Origin, gets none. What the page of a
    stranger sends is drawn in nobody's name, whatever cookie comes with it. The session is saved before
    anything is kept under its token: else a failure between the two would leave a drawing that is nobody's.
    Raises NotStored when it cannot be saved, as on a full disk.
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
        except (DatabaseError, UpdateError) as error:  # The latter after a logout at the same moment.
            logger.exception("A visitor's session was not saved")
            raise NotStored from error
    return visitor


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks at the history with this request."""
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
    """The page that a request comes from, if it is this site's or an allowed one; empty for any other.

    There is a list for each of these, and strangers could name as many as they like.
    """
    origin = request.headers.get("Origin", "")
    host = request.get_host() if origin else ""
    ours = {f"http://{host}", f"https://{host}", *settings.CORS_ALLOWED_ORIGINS}
    return origin if origin in ours else ""
