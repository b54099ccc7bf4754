"""The base of all history pages in the admin: permissions and the common template context."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from history.admin.filter_choices import BadFilter
from history.models import HistoryRecord
from history.permissions import Viewer
from history.visitors import viewer_of

PAGE_SIZE = 50


class AdminPage(View):
    """A page that requires the permission to view all drawings, and the permission in `needs`."""

    site: AdminSite | None = None
    needs: str = "views_all"
    """An attribute of Viewer."""
    viewer: Viewer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.viewer = viewer_of(request)
        if not (self.viewer.views_all and getattr(self.viewer, self.needs)):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadFilter:
            messages.error(request, _("Invalid filter."))
            return redirect("admin:history_historyrecord_changelist")

    def show(self, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        around = self.site.each_context(request) if self.site else {}
        own = {"opts": HistoryRecord._meta, "viewer": self.viewer}
        return render(request, f"admin/history/{template}", {**around, **own, **context}, status=status)
