"""The list of all that was drawn: filtered, page by page."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponse
from django.utils.translation import gettext as _

from history.admin.filters import Filter
from history.admin.page import PAGE_SIZE, AdminPage
from history.export.services import FORMATS
from history.lists import Wanted
from history.pages import BadCursor, Page, page_after, page_before
from history.selectors import with_labels


class ListView(AdminPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = Filter.of(request.GET)
        try:
            page = _page(request, chosen.wanted)
        except BadCursor as error:
            raise Http404(_("Page not found.")) from error
        return self.show(
            request,
            "list.html",
            title=_("Drawings"),
            filter=chosen,
            groups=chosen.groups(),
            page=page,
            rows=with_labels(page.records),
            formats=list(FORMATS),
        )


def _page(request: HttpRequest, wanted: Wanted) -> Page:
    if "last" in request.GET or "after" in request.GET:
        return page_after(wanted, request.GET.get("after", ""), limit=PAGE_SIZE)
    return page_before(wanted, request.GET.get("before", ""), limit=PAGE_SIZE)
