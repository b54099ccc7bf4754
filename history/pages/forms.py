"""The fields of the forms."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from history.ids import is_time_based

SHARING_DAYS = (1, 7, 30)
"""How long a link may work; it may also have no end."""


def chosen_days(request: HttpRequest) -> int | None:
    """The number of days in a form's field `days`, or None for no end. Raises BadRequest for others."""
    chosen = request.POST.get("days", "")
    if chosen == "unlimited":
        return None
    if chosen not in map(str, SHARING_DAYS):
        raise BadRequest("Unknown number of days")
    return int(chosen)


def selected_ids(request: HttpRequest, *, at_most: int) -> list[UUID]:
    """The ids in a form's fields `id`. Raises BadRequest for an invalid id, and for more than `at_most`."""
    ids = request.POST.getlist("id")
    if len(ids) > at_most:
        raise BadRequest(f"{len(ids)} records at once")
    try:
        found = [UUID(each) for each in ids]
    except ValueError as error:
        raise BadRequest("Not the id of a record") from error
    if not all(map(is_time_based, found)):
        raise BadRequest("Not the id of a record")
    return found
