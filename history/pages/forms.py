"""Which records a form names."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from history.ids import is_time_based


def selected_ids(request: HttpRequest, *, at_most: int) -> list[UUID]:
    """The records that a form's fields `id` name. Raises BadRequest for what is none, and for too many."""
    ids = request.POST.getlist("id")
    if len(ids) > at_most:
        raise BadRequest(f"{len(ids)} records at once")
    try:
        found = [UUID(each) for each in ids]
    except ValueError as error:
        raise BadRequest("No id of a record") from error
    if not all(map(is_time_based, found)):
        raise BadRequest("No id of a record")
    return found
