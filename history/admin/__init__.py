"""The history in Django's admin, at /admin/history/historyrecord/.

Django's own lists count, sort and filter a database table. These pages read the history's lists instead, so
a page costs the same for any number of records, in either store.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from history.admin import audit  # noqa: F401 -- registers its page
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
"""The name, route and view of each page. The names follow Django's names for a model's pages."""


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
        """Only a recognition adds a record."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every page here requires this permission: nobody changes drawings without seeing them."""
        return viewer_of(request).views_all

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        viewer = viewer_of(request)
        return viewer.views_all and viewer.changes_all

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        viewer = viewer_of(request)
        return viewer.views_all and viewer.deletes_all
