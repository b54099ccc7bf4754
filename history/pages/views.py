"""The history's pages for visitors."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from history.pages.forms import SHARING_DAYS, chosen_days, selected_ids
from history.pagination import PAGE_SIZE, BadCursor
from history.records import Record
from history.selectors import (
    labelled_record_for,
    own_neighbour,
    own_page,
    record_for,
    share_of,
    with_labels,
)
from history.services import (
    NotDeleted,
    NotShared,
    SomeNotDeleted,
    delete,
    delete_all,
    delete_each,
    share_drawing,
    stop_sharing,
)
from history.stores.base import RecordNotFound
from history.visitors import ensure_visitor, forget_visitor, viewer_of
from mnistsite.caching import never_stored
from mnistsite.errors import STATUSES


@never_stored
class ListView(View):
    """A visitor's drawings, newest first, from which several can be deleted at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Delete the selected drawings. This works without scripts."""
        fault = delete_each(viewer_of(request), selected_ids(request, at_most=PAGE_SIZE)).fault
        if fault is not None:
            return self._show(request, fault=str(fault), status=STATUSES[fault.code])
        return redirect(request.get_full_path())

    def _show(self, request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
        viewer, cursor = viewer_of(request), request.GET.get("before", "")
        forgotten = "" if viewer.visitor else request.GET.get("forgotten", "")
        if not forgotten:  # Otherwise the page would give the browser a cookie again at once.
            ensure_visitor(request)
        try:
            shown = own_page(viewer, cursor)
        except BadCursor as error:
            raise Http404(_("Page not found.")) from error
        context = {
            "rows": with_labels(shown.records),
            "older": shown.older,
            "first_page": not cursor,
            "fault": fault,
            "forgotten": forgotten,
        }
        return render(request, "history/list.html", context, status=status)


class ForgetView(ListView):
    """Makes this browser's visitor unknown, with or without their drawings."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("history:list")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Delete the visitor's drawings, or leave them without an owner, and then the cookie."""
        drawings = request.POST.get("drawings")
        if drawings not in {"deleted", "kept"}:
            raise BadRequest("Neither deleted nor kept")
        if drawings == "deleted":
            try:
                delete_all(viewer_of(request))
            except SomeNotDeleted as error:
                return self._show(request, fault=str(error), status=STATUSES[error.code])
        forget_visitor(request)
        return redirect(f"{reverse('history:list')}?forgotten={drawings}")


@never_stored
class RecordView(View):
    """Base of views of one record: 404 if it does not exist, or if the viewer may not see it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except RecordNotFound as error:
            raise Http404(_("Drawing not found.")) from error


class RecordPageView(RecordView):
    """One drawing: its replay, its result and its label. Its visitor can share and delete it here."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        return self._show(request, record_id)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        """Delete the drawing. This works without scripts."""
        try:
            delete(viewer_of(request), record_id)
        except NotDeleted as error:
            return self._show(request, record_id, fault=str(error), status=STATUSES[error.code])
        return redirect("history:list")

    def _show(
        self,
        request: HttpRequest,
        record_id: UUID,
        *,
        fault: str = "",
        sharing_fault: str = "",
        status: int = 200,
    ) -> HttpResponse:
        viewer = viewer_of(request)
        record, label = labelled_record_for(viewer, record_id)
        share = share_of(record_id)
        context = {
            "record": record,
            "strokes": list(record.strokes),
            "label": label,
            "drew": viewer.drew(record),
            "may_label": viewer.may_label(record),
            "may_delete": viewer.may_delete(record),
            "may_share": viewer.may_share(record),
            "share": share,
            "share_url": request.build_absolute_uri(reverse("history:shared", args=[share.link])),
            "sharing_days": SHARING_DAYS,
            "fault": fault,
            "sharing_fault": sharing_fault,
        }
        return render(request, "history/record.html", context, status=status)


class SharingView(RecordPageView):
    """Shares a drawing by its link, or ends this. This works without scripts."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        return redirect("history:record", record_id)

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        viewer = viewer_of(request)
        try:
            if "stop" in request.POST:
                stop_sharing(viewer, record_id)
            else:
                share_drawing(viewer, record_id, days=chosen_days(request))
        except NotShared as error:
            return self._show(request, record_id, sharing_fault=str(error), status=STATUSES[error.code])
        return redirect(f"{reverse('history:record', args=[record_id])}#sharing")


class NeighbourView(View):
    """Redirects to the visitor's next older or newer drawing, or to the list if there is none."""

    newer = False

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        other = own_neighbour(viewer_of(request), record_id, newer=self.newer)
        return redirect("history:record", other) if other else redirect("history:list")


class DrawingView(RecordView):
    """A drawing as it was received."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        return drawing_file(record_for(viewer_of(request), record_id))


def drawing_file(record: Record, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A response with a drawing as it was received."""
    drawing = record.drawing
    return HttpResponse(drawing.content, content_type=drawing.media_type, headers=headers)
