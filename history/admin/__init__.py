"""The history in Django's admin, at /admin/history/historyrecord/.

Django's own lists want a table to count, to sort and to filter. These pages read the history's lists instead:
they cost the same on either store, however much there is.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from history.admin.actions import DeletionView, SelectionLabelView
from history.admin.changelist import ChangeListView
from history.admin.dashboard import DashboardView
from history.admin.export import ExportView
from history.admin.labelling import LabellingView, QueueView
from history.models import HistoryRecord
from history.visitors import viewer_of

ROUTES: dict[str, tuple[str, Any]] = {
    "changelist": ("", ChangeListView),
    "dashboard": ("dashboard/", DashboardView),
    "label": ("label/", SelectionLabelView),
    "delete": ("delete/", DeletionView),
    "export": ("export/", ExportView),
    "labelling": ("labelling/", LabellingView),
    "queue": ("labelling/queue/", QueueView),
}
"""Each page's name, as Django names those of a model, with its place and view."""


@admin.register(HistoryRecord)
class HistoryAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                route,
                self.admin_site.admin_view(view.as_view(site=self.admin_site)),
                name=f"history_historyrecord_{name}",
            )
            for name, (route, view) in ROUTES.items()
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Records come from drawing alone."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change what others drew but not look at it has no page here."""
        return viewer_of(request).views_all

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        viewer = viewer_of(request)
        return viewer.views_all and viewer.changes_all

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        viewer = viewer_of(request)
        return viewer.views_all and viewer.deletes_all
