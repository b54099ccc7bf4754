"""The pages of the history."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from history.selectors import BadCursor, label_of, page, record_for
from history.services import NotDeleted, delete
from history.stores.base import RecordNotFound
from history.visitors import viewer_of


class ListView(View):
    """What a visitor drew, or for staff everything, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer, cursor = viewer_of(request), request.GET.get("before", "")
        try:
            shown = page(viewer=viewer, cursor=cursor)
        except BadCursor as error:
            raise Http404(_("There is no such page.")) from error
        context = {
            "records": shown.records,
            "older": shown.older,
            "first_page": not cursor,
            "everyone": viewer.views_all,
        }
        return render(request, "history/list.html", context)


class RecordPageView(View):
    """One drawing: its replay, and what was read; who drew it may delete it here."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        return self._show(request, record_id)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        """Delete it: a form needs no script for that."""
        try:
            delete(viewer_of(request), record_id)
        except RecordNotFound as error:
            raise Http404(_("There is no such drawing.")) from error
        except NotDeleted as error:
            return self._show(request, record_id, fault=str(error.detail), status=error.status_code)
        return redirect("history:list")

    def _show(
        self, request: HttpRequest, record_id: UUID, *, fault: str = "", status: int = 200
    ) -> HttpResponse:
        viewer = viewer_of(request)
        try:
            record = record_for(viewer, record_id)
        except RecordNotFound as error:
            raise Http404(_("There is no such drawing.")) from error
        context = {
            "record": record,
            "strokes": list(record.strokes),
            "label": label_of(record),
            "everyone": viewer.views_all,
            "may_delete": viewer.may_delete(record),
            "fault": fault,
        }
        return render(request, "history/record.html", context, status=status)


class DrawingView(View):
    """A drawing as it was received."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        try:
            drawing = record_for(viewer_of(request), record_id).drawing
        except RecordNotFound as error:
            raise Http404(_("There is no such drawing.")) from error
        # A record never changes, but whether its viewer may see it can: an hour, and no shared cache.
        headers = {"Cache-Control": "private, max-age=3600, immutable"}
        return HttpResponse(drawing.content, content_type=drawing.media_type, headers=headers)
