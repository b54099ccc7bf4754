"""The base of the history's pages in the admin: permissions, common context, and the filter in an address."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from history.filters import CRITERIA, ListFilter
from history.models import HistoryRecord
from history.permissions import Viewer
from history.visitors import viewer_of

PAGE_SIZE = 50


class BadFilter(ValueError):
    """An address asks for a list that does not exist."""


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


def chosen_filter(query: Mapping[str, str]) -> ListFilter:
    """The filter in an address. Raises BadFilter, also for two criteria at once."""
    names = [name for name in CRITERIA if name in query]
    if len(names) > 1:
        raise BadFilter(", ".join(names))
    name = names[0] if names else ""
    day = query.get("day", "")
    try:
        return ListFilter(name, query[name] if name else "", date.fromisoformat(day) if day else None)
    except ValueError as error:
        raise BadFilter(str(error)) from error


def query_of(chosen: ListFilter) -> str:
    """The filter as a query string."""
    criterion = {chosen.name: chosen.value} if chosen.name else {}
    return urlencode({**criterion, **({"day": chosen.day.isoformat()} if chosen.day else {})})
