"""The lists that a record is in, the same in every store: what may be asked for, and under which name.

Nothing is ever looked for in any other way, so a page costs the same however many records there are.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from history.identifiers import FIRST_DAY, LAST_DAY
from history.records import Summary
from mnistsite.types import Prediction

BOUNDS = (50, 80, 95, 99)
"""In percent: there is a list of what was read with a lower probability than each."""

Kind = Literal["model", "origin"]
"""Lists of which there are as many as there are models or origins; others are known beforehand."""

KINDS: tuple[Kind, ...] = ("model", "origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records a list has: all, or those with one thing in common.

    Raises ValueError for two things at once, as no store has a list for each combination, for a bound that
    has no list, and for a day that no id is of.
    """

    visitor: str | None = None
    digit: int | None = None
    """One that was found."""
    label: str | None = None
    disagreeing: bool = False
    """People say something else than the network did."""
    below: int | None = None
    """Read with less than this probability, in percent: one of BOUNDS."""
    model: str | None = None
    origin: str | None = None
    day: date | None = None
    """In UTC; goes with any of the others."""

    def __post_init__(self) -> None:
        if len(self._given()) > 1:
            raise ValueError("A list is of one thing: a visitor, a digit, a label, a model and so on.")
        if self.below is not None and self.below not in BOUNDS:
            raise ValueError(f"There are lists below {BOUNDS} percent.")
        if self.day is not None and not FIRST_DAY <= self.day <= LAST_DAY:
            raise ValueError(f"Nothing is ever drawn on {self.day}.")

    @property
    def name(self) -> str:
        """What the list is called where it is kept."""
        for kind, value in self._given().items():
            return kind if value is True else f"{kind} {value}"
        return "all"

    def _given(self) -> dict[str, str | int]:
        kinds = {
            "visitor": self.visitor,
            "digit": self.digit,
            "label": self.label,
            "disagreeing": self.disagreeing or None,
            "below": self.below,
            "model": self.model,
            "origin": self.origin,
        }
        return {kind: value for kind, value in kinds.items() if value is not None}


EVERYTHING = Wanted()


def names_of(summary: Summary) -> list[str]:
    """The lists that a new record is in, beside that of everything."""
    digits = sorted({found.digit for found in summary.digits})
    # Nobody's drawings are no list: nobody may ask for it.
    visitors = [Wanted(visitor=summary.visitor)] if summary.visitor else []
    unsure = [Wanted(below=bound) for bound in BOUNDS if summary.probability * 100 < bound]
    kinds = [Wanted(model=summary.model), Wanted(origin=summary.origin)]
    wanted = [*visitors, *(Wanted(digit=digit) for digit in digits), *unsure, *kinds]
    return [each.name for each in wanted]


def names_of_label(answer: Prediction, text: str) -> list[str]:
    """The lists that a label brings a record into."""
    disagreeing = [] if answer.agrees_with(text) else [Wanted(disagreeing=True).name]
    return [Wanted(label=text).name, *disagreeing]


def of_kind(name: str) -> tuple[Kind, str] | None:
    """The kind of a list and its value, for those kinds whose values are not known beforehand."""
    kind, _, value = name.partition(" ")
    return next(((known, value) for known in KINDS if known == kind), None)
