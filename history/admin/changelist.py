"""The list of all drawings, page by page, and the filters beside it.

The filters are the criteria in history.filters: add one there.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.http.response import HttpResponse
from django.utils.translation import gettext as _

from history.admin.base import PAGE_SIZE, AdminPage, chosen_filter, query_of
from history.export.formats import FORMATS
from history.filters import CRITERIA, ListFilter, Text
from history.pagination import BadCursor, page_after, page_before
from history.selectors import stored_values, with_labels

MOST_VALUES = 50
"""Number of models or origins to offer; an address may name any other."""


@dataclass(frozen=True, slots=True)
class Choice:
    text: Text
    query: str
    """The query string of the list with this choice."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one criterion; at most one is chosen."""

    title: Text
    choices: list[Choice]


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


def groups(chosen: ListFilter) -> list[Group]:
    """The choices that can replace a filter, on the same day."""
    found = []
    for criterion in CRITERIA.values():
        values = criterion.values or {}
        if criterion.keeps_values:
            stored = stored_values(criterion.name, limit=MOST_VALUES)
            values = {value: value or _("none") for value in stored}
        choices = [
            Choice(
                text,
                query_of(ListFilter(criterion.name, value, chosen.day)),
                is_chosen=(chosen.name, chosen.value) == (criterion.name, value),
            )
            for value, text in values.items()
        ]
        found.append(Group(criterion.title, choices))
    return found
