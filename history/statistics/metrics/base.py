"""The base class of metrics: what a metric counts, and how the dashboard shows it."""

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
    """The first cell of each row is its heading."""

    @classmethod
    def by_day(cls, days: DailyCounts, columns: dict[str, list[str]]) -> "DataTable":
        """A table with one row per day, the newest first."""
        rows = [[day.isoformat(), *cells] for day, *cells in zip(days, *columns.values(), strict=True)]
        return cls([_("Day"), *columns], rows[::-1])


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    caption: str
    """The plot summarised in one sentence."""
    table: DataTable
    plot: SafeString | None = None
    """None if there is nothing to plot yet."""


class Metric(ABC):
    """A metric, computed from counts of drawings, of labels or of both.

    Stored statistics contain the names of its counts. Never change them.
    """

    def count(self, prediction: Prediction) -> Mapping[str, int]:
        """The counts that a drawing adds."""
        return {}

    def count_label(self, prediction: Prediction, text: str) -> Mapping[str, int]:
        """The counts that a label adds."""
        return {}

    def fact(self, days: DailyCounts, total: Counts) -> Fact | None:
        """The number at the top of the dashboard, or None."""
        return None

    @abstractmethod
    def figure(self, days: DailyCounts, total: Counts) -> Figure: ...
