"""The lists of records, the same in every store, and the admin's filters, each of which selects a list.

The site finds records only through these lists, so a page costs the same for any number of records. To add a
filter, add a Criterion to CRITERIA: the stores, the admin's list and its exports follow. A criterion sees
only a summary, never the drawing: a deletion, which takes a record out of its lists, has no more.
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
"""In percent: for each bound, a list holds the records with a lower probability."""

Text = str | Promise


def _no_values(*_: object) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A property that records have in common, with one list for each of its values."""

    name: str
    """Used in addresses and in the keys of stored lists. Never change it."""
    title: Text = ""
    """The heading of its choices in the admin."""
    of_record: Callable[[Summary], Iterable[str]] = _no_values
    """The values that a new record has."""
    of_label: Callable[[Prediction, str], Iterable[str]] = _no_values
    """The values that a label adds to a record."""
    values: dict[str, Text] | None = None
    """The admin's choices and their texts. None if the values are not known in advance."""
    is_open: bool = False
    """Whether other values have lists too."""
    keeps_values: bool = False
    """Whether the store keeps the existing values, as choices for the admin."""
    is_flag: bool = False
    """Whether it has a single list, whose key is the criterion's name."""

    def key(self, value: str) -> str:
        """The key of the list in the stores."""
        return self.name if self.is_flag else f"{self.name} {value}"


_DIGITS: dict[str, Text] = {str(digit): str(digit) for digit in range(DIGITS)}

CRITERIA = {
    each.name: each
    for each in (
        # Clients without a cookie have no visitor's list: nobody could ask for it.
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
    """A selection of records: all of them, or those with one value of a criterion, on any day or on one day.

    Raises ValueError for a criterion or a value without a list, and for a day outside the range of ids.
    """

    name: str = ""
    """The name of a Criterion; empty for all records."""
    value: str = ""
    day: date | None = None
    """In UTC; can be combined with any criterion."""

    def __post_init__(self) -> None:
        if self.name:
            criterion = CRITERIA.get(self.name)
            if criterion is None:
                raise ValueError(f"There are no lists by {self.name}.")
            if criterion.values and not criterion.is_open and self.value not in criterion.values:
                raise ValueError(f"There are lists by {self.name} only for {', '.join(criterion.values)}.")
        if self.day is not None and not FIRST_DAY <= self.day <= LAST_DAY:
            raise ValueError(f"{self.day} is not between {FIRST_DAY} and {LAST_DAY}.")

    @property
    def key(self) -> str:
        """The key of the list in the stores."""
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


def list_values(summary: Summary) -> list[tuple[Criterion, str]]:
    """The criteria and values of a new record: it belongs in the list of each."""
    return [(each, value) for each in CRITERIA.values() for value in each.of_record(summary)]


def label_list_values(prediction: Prediction, text: str) -> list[tuple[Criterion, str]]:
    """The criteria and values that a label adds to a record."""
    return [(each, value) for each in CRITERIA.values() for value in each.of_label(prediction, text)]


def list_keys(summary: Summary) -> list[str]:
    """The keys of a new record's lists, except the list of all records."""
    return [criterion.key(value) for criterion, value in list_values(summary)]


def label_list_keys(prediction: Prediction, text: str) -> list[str]:
    """The keys of the lists that a label adds a record to."""
    return [criterion.key(value) for criterion, value in label_list_values(prediction, text)]
