"""The filters of the admin's list: what an address asks for, and what may be chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from history.lists import BOUNDS, Kind, Wanted
from history.stores import open_store

MOST_VALUES = 50
"""Models or origins that are offered; any other may be named in the address."""

Text = str | Promise
Value = tuple[str, Text]
"""What an address has, and what people read."""


class BadFilter(ValueError):
    """An address asks for something that there is no list of."""


@dataclass(frozen=True, slots=True)
class Choice:
    text: Text
    query: str
    """The address of the list with this chosen, after its question mark."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of one kind, of which one at most is chosen."""

    title: Text
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing in common, and a day with it or without."""

    kind: str = ""
    value: str = ""
    day: str = ""
    wanted: Wanted = field(init=False)
    """The list of it."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        """The filter that an address asks for. Raises BadFilter for two at once too."""
        kinds = [kind for kind in READERS if kind in query]
        if len(kinds) > 1:
            raise BadFilter(", ".join(kinds))
        kind = kinds[0] if kinds else ""
        return cls(kind, query[kind] if kind else "", query.get("day", ""))

    def __post_init__(self) -> None:
        """Raises BadFilter for what there is no list of."""
        object.__setattr__(self, "wanted", _wanted(self.kind, self.value, self.day))

    @property
    def query(self) -> str:
        """It again, as an address has it."""
        chosen = {self.kind: self.value} if self.kind else {}
        return urlencode({**chosen, **({"day": self.day} if self.day else {})})

    def groups(self) -> list[Group]:
        """What may be chosen in its place."""
        digits: list[Value] = [(str(digit), str(digit)) for digit in range(10)]
        return [
            self._group(_("Result"), "digit", digits),
            self._group(_("Label"), "label", [*digits, ("", _("not a digit"))]),
            self._group(_("Label and result"), "disagreeing", [("1", _("different"))]),
            self._group(_("Probability"), "below", [(str(bound), f"< {bound}%") for bound in BOUNDS]),
            self._group(_("Model"), "model", _known("model")),
            self._group(_("Source page"), "origin", _known("origin")),
        ]

    def _group(self, title: Text, kind: str, values: Sequence[Value]) -> Group:
        return Group(title, [self._choice(kind, value, text) for value, text in values])

    def _choice(self, kind: str, value: str, text: Text) -> Choice:
        is_chosen = (self.kind, self.value) == (kind, value)
        return Choice(text, Filter(kind, value, self.day).query, is_chosen)


def _wanted(kind: str, value: str, day: str) -> Wanted:
    try:
        chosen: dict[str, Any] = {kind: READERS[kind](value)} if kind else {}
        return Wanted(**chosen, day=date.fromisoformat(day) if day else None)
    except ValueError as error:
        raise BadFilter(str(error)) from error


def _known(kind: Kind) -> list[Value]:
    return [(value, value or _("none")) for value in open_store().values(kind, limit=MOST_VALUES)]


def _digit(text: str) -> int:
    digit = int(text)
    if not 0 <= digit <= 9:
        raise ValueError(text)
    return digit


READERS: dict[str, Callable[[str], str | int]] = {
    "digit": _digit,
    "label": str,
    "disagreeing": bool,
    "below": int,
    "model": str,
    "origin": str,
    "visitor": str,
}
"""What an address may ask for, and how its text is read."""
