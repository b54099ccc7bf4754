"""Looking inside, in the API: how the network came to its answer, as JSON."""

import base64
from dataclasses import asdict
from typing import Any
from uuid import UUID

import numpy as np
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from history.api.views import RecordView
from history.selectors import record_for
from history.visitors import viewer_of
from mnistsite.parsing import validated_body
from recognizer.inspection import Inspection, inspect
from recognizer.serializers import PreviewSerializer


class DigitSerializer(serializers.Serializer[Any]):
    """Which digit of a number is looked at, from 0."""

    digit = serializers.IntegerField(default=0, min_value=0)


class InsideSerializer(DigitSerializer, PreviewSerializer):
    pass


class InsideView(APIView):
    """`POST /api/v1/inside`: inside the network, for a drawing of which nothing is kept."""

    def post(self, request: Request) -> Response:
        body = validated_body(request, InsideSerializer)
        return Response(inspection_json(inspect(content=body["data"], index=body["digit"])))


class RecordInsideView(RecordView):
    """`GET /api/v1/recognitions/<id>/inside?digit=0`: today's network, for a drawing that was kept."""

    def get(self, request: Request, record_id: UUID) -> Response:
        query = DigitSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        content = record_for(viewer_of(request), record_id).drawing.content
        return Response(inspection_json(inspect(content=content, index=query.validated_data["digit"])))


def inspection_json(inspection: Inspection) -> dict[str, Any]:
    reading, index = inspection.reading, inspection.index
    found, layers = reading.digits[index], asdict(inspection.layers)
    logits = layers.pop("logits")
    most = float(np.abs(inspection.importance).max()) or 1.0
    return {
        "text": reading.text,
        "index": index,
        "digit": found.digit,
        "accepted": found.accepted,
        "probabilities": list(found.probabilities),
        "logits": [round(float(logit), 4) for logit in logits],
        "model": reading.model,
        "seen": _array_json(reading.inputs[index], lowest=0, highest=1),
        "importance": _array_json(inspection.importance, lowest=-most, highest=most),
        "layers": {name: _array_json(values, lowest=-1, highest=1) for name, values in layers.items()},
    }


def _array_json(values: np.ndarray, *, lowest: float, highest: float) -> dict[str, Any]:
    """Values as one byte each, 0 for the lowest and 255 for the highest, in C order."""
    levels = (values - lowest) / (highest - lowest) * 255
    content = levels.round().clip(0, 255).astype(np.uint8).tobytes()
    return {
        "shape": list(values.shape),
        "range": [lowest, highest],
        "values": base64.b64encode(content).decode(),
    }
