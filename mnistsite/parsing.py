"""JSON parsing and content negotiation for all endpoints of the API, independent of headers.

DRF imports this module while it loads its views, so this module must not import them.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer

MAX_VALUES = 200_000
"""Commas and opening brackets. The largest strokes have half as many; 2.5 MB may take 80 MB of memory."""


class NotJSON(APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "not_json"
    default_detail = _("The body is not a JSON object.")


class BodyIncomplete(APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "body_incomplete"
    default_detail = _("The body is shorter than its Content-Length.")


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = _("The body is larger than {limit} bytes. Send a smaller picture.")

    def __init__(self, *, limit: int) -> None:
        super().__init__(self.default_detail.format(limit=f"{limit:,}"))


class TooManyValues(BodyTooLarge):
    default_detail = _("The body contains more than {limit} values.")


class LengthRequired(APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"
    default_detail = _("Content-Length is required. Chunked bodies are not supported.")


class JSONOfAnyTypeParser(BaseParser):
    """Reads a JSON object with any Content-Type, because clients of the original endpoint send various types.

    Raises BodyTooLarge, before it reads anything, BodyIncomplete, TooManyValues or NotJSON.
    """

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        if int(stream.META.get("CONTENT_LENGTH") or 0) > settings.MAX_BODY_BYTES:
            raise BodyTooLarge(limit=settings.MAX_BODY_BYTES)
        try:
            content = stream.read()
        except OSError as error:
            raise BodyIncomplete from error
        if sum(map(content.count, (b",", b"[", b"{"))) > MAX_VALUES:
            raise TooManyValues(limit=MAX_VALUES)
        try:
            body = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise NotJSON from error
        if not isinstance(body, dict):
            raise NotJSON
        return body


class AlwaysJSON(BaseContentNegotiation):
    """Responds with JSON regardless of `Accept`, and reads every body with the same parser."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def validated_body(request: Request, serializer_class: type[Serializer[Any]]) -> dict[str, Any]:
    """Read and validate a request's body, then empty it. Raises APIException if the body is invalid.

    DRF's request, view and serializer refer to one another, so the body would stay in memory until Python's
    garbage collector runs. That depends on the number of new objects, not on their size.
    """
    # WSGI has no length for a chunked body, so Django takes it as empty.
    if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
        raise LengthRequired
    body = request.data
    serializer = serializer_class(data=body)
    try:
        serializer.is_valid(raise_exception=True)
        found = dict(serializer.validated_data)
        serializer.validated_data.clear()
        return found
    finally:
        if body:  # Without a body this is a QueryDict, which is immutable.
            body.clear()
