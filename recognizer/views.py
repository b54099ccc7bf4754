"""The drawing page, the endpoints that read drawings, and the site's health."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.views.generic import TemplateView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from history.api.views import RecordAPIView
from history.origins import listed_origin
from history.selectors import record_for
from history.visitors import ensure_visitor, viewer_of, visitor_who_draws
from mnistsite.parsing import validated_body
from recognizer.serializers import (
    DigitIndexSerializer,
    IdentifySerializer,
    InspectSerializer,
    PreviewSerializer,
    inspection_json,
    kept_reading_json,
    reading_json,
)
from recognizer.services import health, inspect, read_drawing, recognize

MAX_ORIGIN_LENGTH = 200


class DrawView(TemplateView):
    """The page with the canvas."""

    template_name = "recognizer/draw.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the limits to which the page reduces a picture before it sends it; visitors get a cookie."""
        ensure_visitor(self.request)
        limits = {"max_bytes": settings.MAX_DRAWING_BYTES, "max_pixels": settings.MAX_DRAWING_PIXELS}
        return super().get_context_data(**kwargs) | limits


class IdentifyView(APIView):
    """`POST /api/mnist/identify` and `POST /api/v1/identify`."""

    def post(self, request: Request) -> Response:
        body = validated_body(request, IdentifySerializer)
        recognized = recognize(
            content=body["data"],
            strokes=body["strokes"],
            visitor=visitor_who_draws(request),
            origin=listed_origin(request)[:MAX_ORIGIN_LENGTH],
        )
        return Response(kept_reading_json(recognized))


class PreviewView(APIView):
    """`POST /api/v1/preview`: the reading of an unfinished drawing; nothing is stored."""

    def post(self, request: Request) -> Response:
        body = validated_body(request, PreviewSerializer)
        return Response(reading_json(read_drawing(body["data"])))


class AgainView(RecordAPIView):
    """`GET /api/v1/recognitions/<id>/again`: the current model's reading of a stored drawing."""

    def get(self, request: Request, record_id: UUID) -> Response:
        record = record_for(viewer_of(request), record_id)
        return Response(reading_json(read_drawing(record.drawing.content)))


class InspectView(APIView):
    """`POST /api/v1/inside`: how the network reads a drawing; nothing is stored."""

    def post(self, request: Request) -> Response:
        body = validated_body(request, InspectSerializer)
        return Response(inspection_json(inspect(content=body["data"], index=body["digit"])))


class InspectRecordView(RecordAPIView):
    """`GET /api/v1/recognitions/<id>/inside?digit=0`: how the current model reads a stored drawing."""

    def get(self, request: Request, record_id: UUID) -> Response:
        query = DigitIndexSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        content = record_for(viewer_of(request), record_id).drawing.content
        return Response(inspection_json(inspect(content=content, index=query.validated_data["digit"])))


class HealthView(APIView):
    """`GET /api/health`: 200 if a drawing could be recognised and stored now, else 503; the log says why."""

    def get(self, request: Request) -> Response:
        report = health()
        return Response(report, status=200 if report["ready"] else 503)
