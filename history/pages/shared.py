"""What whoever has a link sees of the one drawing that it leads to."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from history.pages.views import DrawingView, RecordView
from history.records import Record
from history.selectors import shared_record

SHARED = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
"""What is shared is for who has the link, and no longer than there is the drawing. That no other site sees
the link as a Referer is a header of all pages, Django's SECURE_REFERRER_POLICY."""


class SharedPageView(RecordView):
    """One drawing, for whoever was given its link: its replay, and what was read."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = shared_record(record_id)
        context = {"record": record, "strokes": list(record.strokes)}
        return HttpResponse(render_to_string("history/shared.html", context, request), headers=SHARED)


class SharedDrawingView(DrawingView):
    """The same, for whoever was given its link."""

    headers = SHARED

    def _find(self, request: HttpRequest, record_id: UUID) -> Record:
        return shared_record(record_id)
