"""The pages of the history."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from history.records import Record
from history.selectors import (
    PAGE_SIZE,
    BadCursor,
    Viewer,
    labelled_record_for,
    next_older,
    page,
    record_for,
)
from history.services import NotDeleted, delete_each_own, delete_own
from history.stores.base import RecordNotFound
from history.visitors import viewer_of


class ListView(View):
    """What a visitor drew, or for staff everything, newest first; a visitor may delete several here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Delete what is selected: a form needs no script for that."""
        try:
            delete_each_own(viewer_of(request), _selected(request))
        except NotDeleted as error:
            return self._show(request, fault=str(error.detail), status=error.status_code)
        return redirect(request.get_full_path())

    def _show(self, request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
        viewer, cursor = viewer_of(request), request.GET.get("before", "")
        try:
            shown = page(viewer=viewer, cursor=cursor)
        except BadCursor as error:
            raise Http404(_("There is no such page.")) from error
        context = {
            "records": shown.records,
            "older": shown.older,
            "first_page": not cursor,
            "everyone": viewer.is_staff,
            "fault": fault,
        }
        return render(request, "history/list.html", context, status=status)


def _selected(request: HttpRequest) -> list[UUID]:
    """The records that a form names. Raises BadRequest for what is none, and for more than a page has."""
    ids = request.POST.getlist("id")
    if len(ids) > PAGE_SIZE:
        raise BadRequest(f"{len(ids)} records at once")
    try:
        return [UUID(each) for each in ids]
    except ValueError as error:
        raise BadRequest("No id of a record") from error


class RecordView(View):
    """Something of one record: 404 where there is none, or none that the viewer may see."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except RecordNotFound as error:
            raise Http404(_("There is no such drawing.")) from error


class RecordPageView(RecordView):
    """One drawing: its replay, and what was read; who drew it may delete it here."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        return self._show(request, record_id)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        """Delete it: a form needs no script for that."""
        try:
            delete_own(viewer_of(request), record_id)
        except NotDeleted as error:
            return self._show(request, record_id, fault=str(error.detail), status=error.status_code)
        return redirect("history:list")

    def _show(
        self, request: HttpRequest, record_id: UUID, *, fault: str = "", status: int = 200
    ) -> HttpResponse:
        viewer = viewer_of(request)
        record, label = labelled_record_for(viewer, record_id)
        context = {
            "record": record,
            "strokes": list(record.strokes),
            "label": label,
            "everyone": viewer.is_staff,
            "own": Viewer(visitor=viewer.visitor).may_see(record),
            "share_url": request.build_absolute_uri(reverse("history:shared", args=[record.id])),
            "fault": fault,
        }
        return render(request, "history/record.html", context, status=status)


class OlderView(View):
    """Leads from a drawing to the one before it, and from the oldest back to the list."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        older = next_older(viewer_of(request), record_id)
        return redirect("history:record", older) if older else redirect("history:list")


class DrawingView(RecordView):
    """A drawing as it was received."""

    headers: ClassVar[dict[str, str]] = {"Cache-Control": "private, max-age=3600, immutable"}
    """A record never changes, but whether its viewer may see it can: an hour, and no shared cache."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        drawing = self._find(request, record_id).drawing
        return HttpResponse(drawing.content, content_type=drawing.media_type, headers=self.headers)

    def _find(self, request: HttpRequest, record_id: UUID) -> Record:
        return record_for(viewer_of(request), record_id)
