"""The lists that a record is in, the same in every store, and the filters of the admin that choose one.

Records are found through these lists alone, so a page costs the same however many records there are. A new
filter is one more Criterion in CRITERIA: the stores, the admin's list and its exports follow.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from history.ids import FIRST_DAY, LAST_DAY
from history.records import Summary
from mnistsite.types import DIGITS, Prediction

BOUNDS = (50, 80, 95, 99)
"""In percent: there is a list of what was read with a lower probability than each."""

Text = str | Promise


def _no_values(*_: object) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Something that records may have in common: there is a list for each of its values."""

    name: str
    """In addresses, and in the keys of the lists: never to be changed."""
    title: Text = ""
    """Above its choices in the admin."""
    of_record: Callable[[Summary], Iterable[str]] = _no_values
    """The values that a new record has."""
    of_label: Callable[[Prediction, str], Iterable[str]] = _no_values
    """The values that a label adds to a record."""
    values: dict[str, Text] | None = None
    """What the admin offers, with the text for people. None where the values are not known beforehand."""
    is_open: bool = False
    """Whether there are lists of other values too."""
    keeps_values: bool = False
    """Whether the store keeps which values there are, for the admin to offer."""
    is_flag: bool = False
    """Whether its one list is called by its name alone."""

    def key(self, value: str) -> str:
        """What the list is called where it is kept."""
        return self.name if self.is_flag else f"{self.name} {value}"


_DIGITS: dict[str, Text] = {str(digit): str(digit) for digit in range(DIGITS)}

CRITERIA = {
    each.name: each
    for each in (
        # Drawings of clients without a session are in no such list: it could not be asked for.
        Criterion(name="visitor", of_record=lambda record: [record.visitor] if record.visitor else []),
        Criterion(
            name="digit",
            title=_("Result"),
            of_record=lambda record: sorted({str(found.digit) for found in record.digits}),
            values=_DIGITS,
        ),
        Criterion(
            name="label",
            title=_("Label"),
            of_label=lambda _prediction, text: [text],
            values={**_DIGITS, "": _("not a digit")},
            is_open=True,
        ),
        Criterion(
            name="disagreeing",
            title=_("Label and result"),
            of_label=lambda prediction, text: [] if prediction.agrees_with(text) else ["1"],
            values={"1": _("different")},
            is_flag=True,
        ),
        Criterion(
            name="below",
            title=_("Probability"),
            of_record=lambda record: [str(bound) for bound in BOUNDS if record.probability * 100 < bound],
            values={str(bound): f"< {bound}%" for bound in BOUNDS},
        ),
        Criterion(
            name="model",
            title=_("Model"),
            of_record=lambda record: [record.model],
            keeps_values=True,
        ),
        Criterion(
            name="origin",
            title=_("Source page"),
            of_record=lambda record: [record.origin],
            keeps_values=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which records a list has: all, or those that have a value of one criterion in common.

    Raises ValueError for a criterion or a value that has no list, and for a day that no id is of.
    """

    name: str = ""
    """Of a Criterion; empty for all records."""
    value: str = ""
    day: date | None = None
    """In UTC; goes with any criterion."""

    def __post_init__(self) -> None:
        if self.name:
            criterion = CRITERIA.get(self.name)
            if criterion is None:
                raise ValueError(f"There are no lists by {self.name}.")
            if criterion.values and not criterion.is_open and self.value not in criterion.values:
                raise ValueError(f"There are lists by {self.name} for {', '.join(criterion.values)} alone.")
        if self.day is not None and not FIRST_DAY <= self.day <= LAST_DAY:
            raise ValueError(f"No drawing can be of {self.day}.")

    @property
    def key(self) -> str:
        """What the list is called where it is kept."""
        return CRITERIA[self.name].key(self.value) if self.name else "all"

    @property
    def depends_on_label(self) -> bool:
        return bool(self.name) and CRITERIA[self.name].of_label is not _no_values

    def has(self, summary: Summary, label: str | None) -> bool:
        """Whether a record with this label, or without one, belongs in the list."""
        criterion = CRITERIA[self.name]
        of_label = criterion.of_label(summary, label) if label is not None else ()
        return self.value in of_label or self.value in criterion.of_record(summary)


EVERYTHING = ListFilter()


def list_keys(summary: Summary) -> list[str]:
    """The lists that a new record is in, beside that of everything."""
    return [each.key(value) for each in CRITERIA.values() for value in each.of_record(summary)]


def value_kept(key: str) -> tuple[str, str] | None:
    """The criterion and the value of a list, where the store keeps which values there are."""
    name, _, value = key.partition(" ")
    return (name, value) if name in CRITERIA and CRITERIA[name].keeps_values else None


def label_list_keys(prediction: Prediction, text: str) -> list[str]:
    """The lists that a label brings a record into."""
    return [each.key(value) for each in CRITERIA.values() for value in each.of_label(prediction, text)]
