"""The history in Django's admin."""

from django.contrib import admin
from django.urls import URLPattern, path

from history.admin.dashboard import dashboard_view
from history.models import HistoryRecord


@admin.register(HistoryRecord)
class HistoryAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(dashboard_view)
        return [path("dashboard/", view, name="history_historyrecord_dashboard")]
