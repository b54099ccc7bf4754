"""What all requests with the same headers have in common, which is found out once."""

import io
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

from history.origins import listed_origin
from history.visitors import visitor_who_draws
from mnistsite.middleware import OF_HEADERS, within_middlewares
from mnistsite.rate_limits import clients_of
from recognizer.views import MAX_ORIGIN_LENGTH, IdentifyView, PreviewView

KINDS, KIND_S = 1024, 60.0
"""How many kinds are remembered, and for how long: cookies have to be renewed."""

MAX_HEADERS_BYTES = 4096

MIDDLEWARES = OF_HEADERS | {
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",  # Replaces malformed cookies.
    "mnistsite.headers.HTTPSForAPIMiddleware",
    "history.middleware.VisitorMiddleware",
}
"""Those that a response with a result depends on. The others are for sessions, files and errors."""

IRRELEVANT = frozenset(
    {
        b"accept",
        b"accept-encoding",
        b"cache-control",
        b"connection",
        b"content-length",
        b"content-type",
        b"dnt",
        b"pragma",
        b"priority",
        b"referer",
        b"sec-ch-ua",
        b"sec-ch-ua-mobile",
        b"sec-ch-ua-platform",
        b"sec-fetch-dest",
        b"sec-fetch-mode",
        b"sec-fetch-site",
        b"sec-gpc",
        b"user-agent",
    }
)
"""Request headers that no response depends on. All others make kinds, also those that nobody knows."""

Scope = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    headers: list[tuple[bytes, bytes]]
    """Of a response with a result, except those that depend on its content or on the rate limits."""
    language: str
    clients: tuple[tuple[str, int], ...]
    """As in mnistsite.rate_limits."""
    is_kept: bool
    """Whether the drawing is stored. Otherwise it is a preview, which has neither visitor nor origin."""
    visitor: str = ""
    origin: str = ""


class HeadersOnly:
    """Makes a view respond with its headers, and without a content."""

    def post(self, request: Request) -> Response:
        return Response({})


class IdentifyHeaders(HeadersOnly, IdentifyView):
    pass


class PreviewHeaders(HeadersOnly, PreviewView):
    pass


class RequestKinds:
    def __init__(self) -> None:
        self._views = {
            reverse("recognizer:identify"): (True, IdentifyHeaders.as_view()),
            reverse("recognizer:identify-original"): (True, IdentifyHeaders.as_view()),
            reverse("recognizer:preview"): (False, PreviewHeaders.as_view()),
        }
        self._kinds: OrderedDict[tuple[Any, ...], tuple[float, Kind | None]] = OrderedDict()

    def of(self, scope: Scope) -> Kind | None:
        """The kind of a request; None for a request that Django has to answer."""
        if scope["path"] not in self._views or scope["method"] != "POST" or scope["query_string"]:
            return None
        client = scope["client"][0] if scope["client"] else ""
        headers = [each for each in scope["headers"] if each[0] not in IRRELEVANT]
        key = (scope["path"], scope["scheme"], client, *headers)
        until, kind = self._kinds.get(key, (0.0, None))
        now = time.monotonic()
        if until < now:
            if sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS_BYTES:
                return None
            kind = self._find(scope)
            self._kinds[key] = now + KIND_S, kind
            if len(self._kinds) > KINDS:
                self._kinds.popitem(last=False)
        return kind

    def _find(self, scope: Scope) -> Kind | None:
        request = ASGIRequest(scope, io.BytesIO())
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return None
        noted: dict[str, Any] = {}

        def respond(request: HttpRequest) -> HttpResponse:
            noted["language"] = get_language()
            noted["clients"] = tuple(clients_of(request))
            if is_kept:
                noted["visitor"] = visitor_who_draws(request)
                noted["origin"] = listed_origin(request)[:MAX_ORIGIN_LENGTH]
            response: HttpResponse = view(request).render()
            return response

        is_kept, view = self._views[scope["path"]]
        response = within_middlewares(respond, MIDDLEWARES)(request)
        if response.status_code != 200 or response.cookies:
            return None
        del response.headers["Content-Length"]
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
        return Kind(headers=headers, is_kept=is_kept, **noted)
