"""The filters beside the admin's list: what an address asks for, and what may be chosen instead.

Which filters there are is written in history.filters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from history.filters import CRITERIA, Criterion, ListFilter, Text
from history.stores import open_store

MOST_VALUES = 50
"""Models or origins that are offered; any other may be named in the address."""


class BadFilter(ValueError):
    """An address asks for a list that does not exist."""


@dataclass(frozen=True, slots=True)
class Choice:
    text: Text
    query: str
    """The address of the list with this chosen, after its question mark."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one criterion, of which one at most is chosen."""

    title: Text
    choices: list[Choice]


def chosen_filter(query: Mapping[str, str]) -> ListFilter:
    """The filter that an address asks for. Raises BadFilter, for two criteria at once too."""
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
    """The filter as an address has it."""
    criterion = {chosen.name: chosen.value} if chosen.name else {}
    return urlencode({**criterion, **({"day": chosen.day.isoformat()} if chosen.day else {})})


def groups(chosen: ListFilter) -> list[Group]:
    """What may be chosen in place of a filter, on the same day."""
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
