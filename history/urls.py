from django.urls import path, register_converter

from history.api.views import LabelView, RecognitionListView, RecognitionView, ShareView
from history.pages.share_links import SharedDrawingView, SharedPageView, ShareTokenConverter
from history.pages.views import DrawingView, ForgetView, ListView, NeighbourView, RecordPageView, SharingView

register_converter(ShareTokenConverter, "share_token")

app_name = "history"
urlpatterns = [
    path("history/", ListView.as_view(), name="list"),
    path("history/forget/", ForgetView.as_view(), name="forget"),
    path("history/<uuid:record_id>/", RecordPageView.as_view(), name="record"),
    path("history/<uuid:record_id>/older/", NeighbourView.as_view(), name="older"),
    path("history/<uuid:record_id>/newer/", NeighbourView.as_view(newer=True), name="newer"),
    path("history/<uuid:record_id>/share/", SharingView.as_view(), name="share"),
    path("shared/<share_token:link>/", SharedPageView.as_view(), name="shared"),
    path("shared/<share_token:link>/drawing", SharedDrawingView.as_view(), name="shared-drawing"),
    path("api/v1/recognitions", RecognitionListView.as_view(), name="api-list"),
    path("api/v1/recognitions/<uuid:record_id>", RecognitionView.as_view(), name="api-record"),
    path("api/v1/recognitions/<uuid:record_id>/drawing", DrawingView.as_view(), name="drawing"),
    path("api/v1/recognitions/<uuid:record_id>/label", LabelView.as_view(), name="label"),
    path("api/v1/recognitions/<uuid:record_id>/share", ShareView.as_view(), name="api-share"),
]
