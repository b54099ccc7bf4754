"""Visitors' cookies, and the response when the history cannot be read."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from history.stores.base import StoreUnavailable
from history.visitors import META_KEY, read_visitor, send_visitor
from mnistsite.refusals import HISTORY_UNAVAILABLE, refusal_response

logger = logging.getLogger(__name__)


class VisitorMiddleware:
    """Reads the visitor's cookie, and sends one that is new or renewed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visitor = request.META[META_KEY] = read_visitor(request)
        response = self._get_response(request)
        send_visitor(visitor, response)
        return response


class HistoryUnavailableMiddleware:
    """Responds with 503: with JSON in the API, with a page elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StoreUnavailable):
            return None
        logger.error("The history cannot be read: %s", exception)
        return refusal_response(request, HISTORY_UNAVAILABLE)
