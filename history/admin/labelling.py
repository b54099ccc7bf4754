"""Labelling one drawing after another, with the keyboard."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from history.admin.base import PAGE_SIZE, AdminPage, BadFilter, chosen_filter, query_of
from history.api.serializers import label_json, summary_json
from history.pagination import BadCursor, page_before
from history.selectors import with_labels


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
        records = [
            {
                **summary_json(record),
                "probability": record.probability,
                "label": label_json(label) if label else None,
                "label_url": reverse("history:label", args=[record.id]),
                "page": reverse("history:record", args=[record.id]),
            }
            for record, label in with_labels(page.records)
        ]
        return JsonResponse({"records": records, "older": page.older})
