"""The audit list in the admin, at /admin/history/auditentry/. Nobody can change it there."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from history.models import AuditEntry


class NameFilter(admin.AllValuesFieldListFilter):
    """Without the empty name of visitors: its link would have no text. The filter by actor finds them."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        return (choice for choice in super().choices(changelist) if choice["display"] != "")


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ("at", "by", "name", "action", "drawings", "outcome")
    list_display_links = None
    list_filter = ("action", "by", ("name", NameFilter))
    date_hierarchy = "at"
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Audit entries"), **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
