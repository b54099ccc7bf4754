"""The history in the API: the records that a visitor may see, as JSON."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from history.api.serializers import (
    LabelSerializer,
    ShareSerializer,
    label_json,
    record_json,
    share_json,
    summary_json,
)
from history.origins import ForeignOrigin, allowed_origin, is_own
from history.pagination import PAGE_SIZE, BadCursor
from history.selectors import labelled_record_for, own_page, record_for, share_of
from history.services import delete, give_label, share_drawing, stop_sharing
from history.stores.base import RecordNotFound
from history.visitors import viewer_of
from mnistsite.caching import never_stored
from mnistsite.parsing import validated_body

MAX_PAGE_SIZE = 200


class OwnPageAuthentication(SessionAuthentication):
    """Recognises staff on this site's own pages.

    On a page of another allowed origin they are visitors: that page must not have the permissions of staff,
    and cannot send the CSRF token, which staff need.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if "Origin" in request.headers and not is_own(request):
            return None
        return super().authenticate(request)


class PageSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(default=PAGE_SIZE, min_value=1, max_value=MAX_PAGE_SIZE)


@never_stored
class RecognitionListView(APIView):
    """`GET /api/v1/recognitions?before=CURSOR&limit=24`, newest first."""

    authentication_classes = [OwnPageAuthentication]

    def get(self, request: Request) -> Response:
        query = PageSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        cursor, limit = request.query_params.get("before", ""), query.validated_data["limit"]
        try:
            shown = own_page(viewer_of(request), cursor, limit=limit)
        except BadCursor as error:
            message = {"before": _("Invalid cursor.")}
            raise serializers.ValidationError(message, code="bad_cursor") from error
        records = [summary_json(record) for record in shown.records]
        return Response({"recognitions": records, "older": shown.older})


@never_stored
class RecordAPIView(APIView):
    """Base of views of one record: 404 if it does not exist, or if the viewer may not see it."""

    authentication_classes = [OwnPageAuthentication]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Reject changes by foreign pages: a browser's preflight is not the only protection.

        Browsers send Origin with every such request; other clients, such as curl, may omit it.
        """
        if request.method not in SAFE_METHODS and "Origin" in request.headers and not allowed_origin(request):
            raise ForeignOrigin
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(Http404() if isinstance(exc, RecordNotFound) else exc)


class RecognitionView(RecordAPIView):
    """`GET /api/v1/recognitions/<id>`, with its strokes and its label, and `DELETE`."""

    def get(self, request: Request, record_id: UUID) -> Response:
        found = labelled_record_for(viewer_of(request), record_id)
        return Response(record_json(*found, share_of(record_id)))

    def delete(self, request: Request, record_id: UUID) -> Response:
        delete(viewer_of(request), record_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LabelView(RecordAPIView):
    """`PUT /api/v1/recognitions/<id>/label`: labels a drawing."""

    def put(self, request: Request, record_id: UUID) -> Response:
        body = validated_body(request, LabelSerializer)
        label = give_label(viewer_of(request), record_id, body["text"])
        return Response(label_json(label))


class ShareView(RecordAPIView):
    """`PUT /api/v1/recognitions/<id>/share`: shares a drawing by its link; `GET` and `DELETE`."""

    def get(self, request: Request, record_id: UUID) -> Response:
        record_for(viewer_of(request), record_id)
        if not (share := share_of(record_id)).is_on:
            raise Http404
        return Response(share_json(share))

    def put(self, request: Request, record_id: UUID) -> Response:
        days = validated_body(request, ShareSerializer)["days"]
        return Response(share_json(share_drawing(viewer_of(request), record_id, days=days)))

    def delete(self, request: Request, record_id: UUID) -> Response:
        stop_sharing(viewer_of(request), record_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
