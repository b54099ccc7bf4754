"""The records that a form selects."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from history.ids import is_time_based


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
