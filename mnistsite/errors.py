"""The form of all errors of the API.

An error is `{"code": "…", "detail": "…"}`, with `"field"` if it concerns one field of the body. The code is
stable and for programs; the detail is for people, in the language of the request.

To add an error, subclass DomainError in the app that raises it, and give its code a status in STATUSES.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from mnistsite.types import DomainError

STATUSES = {
    "not_an_image": 400,
    "foreign_origin": 403,
    "drawing_too_large": 413,
    "too_many_pixels": 413,
    "side_too_long": 413,
    "blank_drawing": 422,
    "no_such_digit": 422,
    "busy": 503,
    "not_ready": 503,
    "not_stored": 503,
    "label_not_kept": 503,
    "not_deleted": 503,
    "not_shared": 503,
}
"""The status of each DomainError, by its code."""

RETRY_AFTER_S = {"busy": 1, "not_stored": 5, "label_not_kept": 5, "not_deleted": 5, "not_shared": 5}
"""For errors that a retry can solve without an operator."""


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler, with responses in the form of this API."""
    if isinstance(error, DomainError):
        status, answer, headers = error_response(error)
        return Response(answer, status=status, headers=headers)
    response = exception_handler(error, context)
    if response is not None:
        if isinstance(error, ValidationError):
            response.data = _first(error)
        elif isinstance(error, APIException):
            response.data = {"code": error.get_codes(), "detail": str(error.detail)}
        else:  # Http404 and PermissionDenied, which DRF has converted to its own errors.
            detail = response.data["detail"]
            response.data = {"code": detail.code, "detail": str(detail)}
    return response


def error_response(error: DomainError) -> tuple[int, dict[str, Any], dict[str, str]]:
    """The status, content and own headers of the response to an error, in the active language."""
    seconds = RETRY_AFTER_S.get(error.code)
    headers = {"Retry-After": str(seconds)} if seconds else {}
    return STATUSES[error.code], {"code": error.code, "detail": str(error)}, headers


def _first(error: ValidationError) -> dict[str, str]:
    """The first of a serializer's errors: clients correct one at a time."""
    field = ""
    detail: Any = error.detail  # Texts in lists and dictionaries, nested as the serializers are.
    while not isinstance(detail, ErrorDetail):
        if isinstance(detail, dict):
            field, detail = next(iter(detail.items()))
        else:
            detail = detail[0]
    return {"code": str(detail.code), "detail": str(detail), "field": field}


def is_of_api(path: str) -> bool:
    """Whether a path is the API's, and not a page's."""
    return path.startswith("/api/")


def for_api(path: str, *, status: int, code: str, detail: str) -> HttpResponse | None:
    """An error from outside the API's views, in the API's form; None if the path is a page's."""
    return JsonResponse({"code": code, "detail": detail}, status=status) if is_of_api(path) else None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A 404: JSON in the API, a page elsewhere."""
    detail = _("Not found.")
    response = for_api(request.path, status=404, code="not_found", detail=detail) or defaults.page_not_found(
        request, exception
    )
    # Another viewer, or the same one after a login, may find something here.
    patch_cache_control(response, private=True, no_store=True)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own 400, mostly for an unknown host name: JSON in the API, a page elsewhere."""
    detail = _("The request is malformed, or its host name is not one of this site's.")
    return for_api(request.path, status=400, code="bad_request", detail=detail) or defaults.bad_request(
        request, exception
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """A 500: JSON in the API, a page elsewhere."""
    detail = _("Something went wrong on our side.")
    return for_api(request.path, status=500, code="server_error", detail=detail) or defaults.server_error(
        request
    )
