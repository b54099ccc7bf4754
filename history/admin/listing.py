"""The list of all that was drawn: filtered, page by page."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from history.admin.filters import BadFilter, Filter
from history.admin.page import PAGE_SIZE, AdminPage
from history.lists import Wanted
from history.pages import BadCursor, Page, page_after, page_before
from history.records import Label, Summary
from history.selectors import labels_of


@dataclass(frozen=True, slots=True)
class Row:
    """A drawing in the list."""

    record: Summary
    label: Label | None

    @property
    def disagrees(self) -> bool:
        return self.label is not None and not self.record.agrees_with(self.label.text)


class ListView(AdminPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            chosen = Filter.of(request.GET)
            page = _page(request, chosen.wanted)
        except BadFilter:
            messages.error(request, _("There is no list of that."))
            return redirect(request.path)
        except BadCursor as error:
            raise Http404(_("There is no such page.")) from error
        return self.show(
            request,
            "list.html",
            title=_("Drawings"),
            filter=chosen,
            groups=chosen.groups(),
            page=page,
            rows=rows_of(page),
        )


def _page(request: HttpRequest, wanted: Wanted) -> Page:
    if "last" in request.GET or "after" in request.GET:
        return page_after(wanted, request.GET.get("after", ""), limit=PAGE_SIZE)
    return page_before(wanted, request.GET.get("before", ""), limit=PAGE_SIZE)


def rows_of(page: Page) -> list[Row]:
    labels = labels_of(page.records)
    return [Row(record, labels.get(record.id)) for record in page.records]
