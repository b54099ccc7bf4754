from django.urls import path

from recognizer.views import (
    AgainView,
    DrawView,
    HealthView,
    IdentifyView,
    InspectRecordView,
    InspectView,
    PreviewView,
)

app_name = "recognizer"
urlpatterns = [
    path("", DrawView.as_view(), name="draw"),
    path("api/mnist/identify", IdentifyView.as_view(), name="identify-original"),
    path("api/v1/identify", IdentifyView.as_view(), name="identify"),
    path("api/v1/preview", PreviewView.as_view(), name="preview"),
    path("api/v1/inside", InspectView.as_view(), name="inside"),
    path("api/v1/recognitions/<uuid:record_id>/inside", InspectRecordView.as_view(), name="record-inside"),
    path("api/v1/recognitions/<uuid:record_id>/again", AgainView.as_view(), name="again"),
    path("api/health", HealthView.as_view(), name="health"),
]
