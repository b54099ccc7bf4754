"""The list of all that was drawn: filtered, page by page."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponse
from django.utils.translation import gettext as _

from history.admin.base import PAGE_SIZE, AdminPage
from history.admin.filters import chosen_filter, groups, query_of
from history.export.formats import FORMATS
from history.filters import ListFilter
from history.pagination import BadCursor, Page, page_after, page_before
from history.selectors import with_labels


class ChangeListView(AdminPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = chosen_filter(request.GET)
        try:
            page = _page(request, chosen)
        except BadCursor as error:
            raise Http404(_("Page not found.")) from error
        return self.show(
            request,
            "list.html",
            title=_("Drawings"),
            filter=chosen,
            query=query_of(chosen),
            groups=groups(chosen),
            page=page,
            rows=with_labels(page.records),
            formats=FORMATS,
        )


def _page(request: HttpRequest, list_filter: ListFilter) -> Page:
    if "last" in request.GET or "after" in request.GET:
        return page_after(list_filter, request.GET.get("after", ""), limit=PAGE_SIZE)
    return page_before(list_filter, request.GET.get("before", ""), limit=PAGE_SIZE)
