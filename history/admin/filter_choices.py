"""The filters beside the admin's list: the filter in an address, and the choices that replace it.

history.filters defines the criteria.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from history.filters import CRITERIA, Criterion, ListFilter, Text
from history.stores import open_store

MOST_VALUES = 50
"""Number of models or origins to offer; an address may name any other."""


class BadFilter(ValueError):
    """An address asks for a list that does not exist."""


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


def chosen_filter(query: Mapping[str, str]) -> ListFilter:
    """The filter in an address. Raises BadFilter, also for two criteria at once."""
    names = [name for name in CRITERIA if name in query]
    if len(names) > 1:
        raise BadFilter(", ".join(names))
    name = names[0] if names else ""
    day = query.get("day", "")
    try:
        return ListFilter(name, query[name] if name else "", date.fromisoformat(day) if day else None)
    except ValueError as error:
        raise BadFilter(str(error)) from error


def query_of(chosen: ListFilter) -> str:
    """The filter as a query string."""
    criterion = {chosen.name: chosen.value} if chosen.name else {}
    return urlencode({**criterion, **({"day": chosen.day.isoformat()} if chosen.day else {})})


def groups(chosen: ListFilter) -> list[Group]:
    """The choices that can replace a filter, on the same day."""
    return [
        Group(each.title, [_choice(chosen, each.name, *offer) for offer in _offers(each)])
        for each in CRITERIA.values()
    ]


def _offers(criterion: Criterion) -> list[tuple[str, Text]]:
    if criterion.keeps_values:
        kept = open_store().values(criterion.name, limit=MOST_VALUES)
        return [(value, value or _("none")) for value in kept]
    return list((criterion.values or {}).items())


def _choice(chosen: ListFilter, name: str, value: str, text: Text) -> Choice:
    is_chosen = (chosen.name, chosen.value) == (name, value)
    return Choice(text, query_of(ListFilter(name, value, chosen.day)), is_chosen)
