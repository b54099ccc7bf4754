"""Labelling one drawing after another, with the keyboard."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from history.admin.base import PAGE_SIZE, AdminPage
from history.admin.filter_choices import BadFilter, chosen_filter, query_of
from history.api.serializers import label_json, summary_json
from history.pagination import BadCursor, page_before
from history.selectors import LabelledRecord, with_labels


class LabellingView(AdminPage):
    """The page. Its script fetches the drawings to label."""

    needs = "changes_all"

    def get(self, request: HttpRequest) -> HttpResponse:
        query = query_of(chosen_filter(request.GET))
        return self.show(request, "labelling.html", title=_("Label drawings"), query=query)


class QueueView(AdminPage):
    """The next drawings of a list, as JSON."""

    needs = "changes_all"

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            chosen = chosen_filter(request.GET)
            page = page_before(chosen, request.GET.get("before", ""), limit=PAGE_SIZE)
        except (BadFilter, BadCursor):
            return JsonResponse({"code": "bad_request", "detail": _("Invalid filter.")}, status=400)
        return JsonResponse(
            {"records": [_json(row) for row in with_labels(page.records)], "older": page.older}
        )


def _json(each: LabelledRecord) -> dict[str, Any]:
    return {
        **summary_json(each.record),
        "probability": each.record.probability,
        "label": label_json(each.label) if each.label else None,
        "label_url": reverse("history:label", args=[each.record.id]),
        "page": reverse("history:record", args=[each.record.id]),
    }
