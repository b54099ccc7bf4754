"""The actions on drawings that are selected in the list."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from history.admin.base import PAGE_SIZE, AdminPage
from history.api.serializers import LabelSerializer
from history.pages.forms import selected_ids
from history.services import Changed, delete_each, label_each


class SelectionLabelView(AdminPage):
    """Gives all selected drawings the same label."""

    needs = "changes_all"

    def post(self, request: HttpRequest) -> HttpResponse:
        given = LabelSerializer(
            data={"text": "" if "none" in request.POST else request.POST.get("text") or None}
        )
        if not given.is_valid():
            messages.error(request, _("Enter the label’s digits, or choose “Not a digit”."))
            return back_to_list(request)
        ids = selected_ids(request, at_most=PAGE_SIZE)
        changed = label_each(self.viewer, ids, given.validated_data["text"])
        count = len(changed.ids)
        done = ngettext("%(count)d drawing was labelled.", "%(count)d drawings were labelled.", count)
        return _report(request, changed, done % {"count": count})


class DeletionView(AdminPage):
    """Asks for confirmation, then deletes all selected drawings."""

    needs = "deletes_all"

    def post(self, request: HttpRequest) -> HttpResponse:
        ids = selected_ids(request, at_most=PAGE_SIZE)
        if ids and "sure" not in request.POST:
            title, back = _("Delete drawings"), _origin(request)
            return self.show(request, "deletion.html", title=title, ids=ids, back=back)
        changed = delete_each(self.viewer, ids)
        count = len(changed.ids)
        done = ngettext("%(count)d drawing was deleted.", "%(count)d drawings were deleted.", count)
        return _report(request, changed, done % {"count": count})


def _report(request: HttpRequest, changed: Changed, done: str) -> HttpResponse:
    if changed.ids:
        messages.success(request, done)
    elif changed.fault is None:
        messages.warning(request, _("Select drawings first."))
    if changed.fault is not None:
        messages.error(request, str(changed.fault))
    return back_to_list(request)


def back_to_list(request: HttpRequest) -> HttpResponse:
    """Redirect to the page of the list on which the drawings were selected."""
    return HttpResponseRedirect(_origin(request))


def _origin(request: HttpRequest) -> str:
    origin = request.POST.get("back", "")
    is_ours = origin.startswith("/") and url_has_allowed_host_and_scheme(origin, allowed_hosts=None)
    return origin if is_ours else reverse("admin:history_historyrecord_changelist")
