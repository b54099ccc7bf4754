"""The list of all drawings, filtered, page by page."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponse
from django.utils.translation import gettext as _

from history.admin.base import PAGE_SIZE, AdminPage
from history.admin.filter_choices import chosen_filter, groups, query_of
from history.export.formats import FORMATS
from history.pagination import BadCursor, page_after, page_before
from history.selectors import with_labels


class ChangeListView(AdminPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = chosen_filter(request.GET)
        try:
            if "last" in request.GET or "after" in request.GET:
                page = page_after(chosen, request.GET.get("after", ""), limit=PAGE_SIZE)
            else:
                page = page_before(chosen, request.GET.get("before", ""), limit=PAGE_SIZE)
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
