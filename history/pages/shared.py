"""The pages of share links. They show a single drawing to anyone who has the link."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from history.pages.views import DrawingView, RecordView
from history.records import Record
from history.selectors import shared_record

SHARED = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
"""Keeps shared caches and search engines from storing the page.

On all pages, Django's SECURE_REFERRER_POLICY keeps browsers from sending the link to other sites.
"""


class SharedPageView(RecordView):
    """A shared drawing: its replay and its result."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = shared_record(record_id)
        context = {"record": record, "strokes": list(record.strokes)}
        return HttpResponse(render_to_string("history/shared.html", context, request), headers=SHARED)


class SharedDrawingView(DrawingView):
    """The file of a shared drawing."""

    headers = SHARED

    def _find(self, request: HttpRequest, record_id: UUID) -> Record:
        return shared_record(record_id)
