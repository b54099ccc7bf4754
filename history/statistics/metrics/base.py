"""What each metric has: what it counts, and what the dashboard shows of that."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from history.statistics.counts import Counts, DailyCounts
from mnistsite.types import Prediction


@dataclass(frozen=True, slots=True)
class Fact:
    """A number at the top of the dashboard."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DataTable:
    """The numbers behind a plot."""

    columns: list[str]
    rows: list[list[str]]
    """The first cell of each names it."""

    @classmethod
    def by_day(cls, days: DailyCounts, columns: dict[str, list[str]]) -> "DataTable":
        """A row for each day, the newest first."""
        rows = [[day.isoformat(), *cells] for day, *cells in zip(days, *columns.values(), strict=True)]
        return cls([_("Day"), *columns], rows[::-1])


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    says: str
    """What the plot shows, in one sentence."""
    table: DataTable
    plot: SafeString | None = None
    """None where there is nothing to plot yet."""


class Metric(ABC):
    """Something that is counted of drawings, of labels or of both.

    The names of its counts are in stored statistics: they never change.
    """

    def count(self, prediction: Prediction) -> Mapping[str, int]:
        """What a drawing adds."""
        return {}

    def count_label(self, prediction: Prediction, text: str) -> Mapping[str, int]:
        """What a label adds."""
        return {}

    def fact(self, days: DailyCounts, total: Counts) -> Fact | None:
        """Its number at the top, if it has one."""
        return None

    @abstractmethod
    def figure(self, days: DailyCounts, total: Counts) -> Figure: ...
