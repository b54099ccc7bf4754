"""Exports of a whole filtered list, or of the drawings selected in it."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from history.admin.actions import back_to_list
from history.admin.base import PAGE_SIZE, AdminPage, chosen_filter
from history.audit import audited, save
from history.export.export import Export
from history.export.formats import FORMATS
from history.export.selection import Selection
from history.models import AuditEntry
from history.pages.forms import selected_ids
from history.permissions import Viewer


class ExportView(AdminPage):
    """Streams an export, which may be of any size."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Export all drawings of a filter."""
        selection = Selection(list_filter=chosen_filter(request.GET))
        return self._response(request, selection, request.GET.get("format", ""))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Export the selected drawings."""
        ids = selected_ids(request, at_most=PAGE_SIZE)
        if not ids:
            messages.warning(request, _("Select drawings first."))
            return back_to_list(request)
        return self._response(request, Selection(ids=tuple(ids)), request.POST.get("format", ""))

    def _response(self, request: HttpRequest, selection: Selection, name: str) -> HttpResponseBase:
        form = FORMATS.get(name)
        if form is None:
            messages.error(request, _("Unknown format."))
            return back_to_list(request)
        headers = {"Content-Disposition": f'attachment; filename="{form.filename}"'}
        stream = _audited(Export(selection=selection, form=form), self.viewer)
        return StreamingHttpResponse(stream, content_type=form.media_type, headers=headers)


def _audited(export: Export, viewer: Viewer) -> Iterator[bytes]:
    """The bytes of an export, with an entry in the audit list from before the first to the last one."""
    with audited(AuditEntry.Action.EXPORTED, by=viewer) as entry:
        save(entry)
        try:
            yield from export.stream()
        finally:
            entry.drawings = export.counts.records
