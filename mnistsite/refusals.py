"""Refusals: responses to requests that the site cannot answer now, or not so many of.

They may come in floods, so each page is rendered once, and `refusal_handler` needs neither a thread nor a
database.
"""

from dataclasses import dataclass
from functools import cache, partial

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from mnistsite.errors import for_api
from mnistsite.middleware import OF_HEADERS, Handler, within_middlewares


@dataclass(frozen=True, eq=False)
class Refusal:
    status: int
    code: str
    title: Promise
    detail: Promise
    retry_after_s: int = 1


BUSY = Refusal(503, "busy", _("Temporarily unavailable"), _("The site has too much to do. Please try again."))
HISTORY_UNAVAILABLE = Refusal(
    503,
    "history_unavailable",
    _("Temporarily unavailable"),
    _("The history cannot be read at the moment. Please try again."),
    retry_after_s=5,
)
TOO_MANY_REQUESTS = Refusal(
    429,
    "too_many_requests",
    _("Too many requests"),
    _("Too many requests. Please try again in a few seconds."),
)


def refusal_response(
    request: HttpRequest, refusal: Refusal, *, retry_after_s: int | None = None
) -> HttpResponse:
    """JSON in the API, a page for browsers, and text for other clients, in the active language."""
    response = for_api(
        request.path, status=refusal.status, code=refusal.code, detail=str(refusal.detail)
    ) or _outside_api(request, refusal)
    response.headers["Retry-After"] = str(retry_after_s or refusal.retry_after_s)
    return response


@cache
def refusal_handler(refusal: Refusal) -> Handler:
    """A handler for requests that are refused before they reach Django's, with the headers that it sets.

    Browsers ask before they send a request from another origin (OPTIONS). That is answered, and not refused:
    otherwise the page could not read the refusal of the request itself.
    """
    return within_middlewares(partial(refusal_response, refusal=refusal), OF_HEADERS)


def _outside_api(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if "text/html" in request.headers.get("Accept", ""):
        response = HttpResponse(_page(refusal, get_language()), status=refusal.status)
    else:
        response = HttpResponse(
            str(refusal.detail), content_type="text/plain; charset=utf-8", status=refusal.status
        )
    patch_vary_headers(response, ("Accept",))
    return response


@cache
def _page(refusal: Refusal, language: str | None) -> bytes:
    """The page in a language. It has nothing of a request, so all clients can have the same."""
    with override(language):
        return render_to_string("retry.html", {"title": refusal.title, "detail": refusal.detail}).encode()
