"""The number of drawings per day."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics.base import DataTable, Fact, Figure, Metric
from history.statistics.plots.days import columns
from history.statistics.plots.formatting import number, short_day
from history.statistics.plots.svg import round_above
from mnistsite.types import Prediction


class Drawings(Metric):
    def count(self, prediction: Prediction) -> Mapping[str, int]:
        return {"drawings": 1}

    def fact(self, days: DailyCounts, total: Counts) -> Fact:
        today = _("today {count}").format(count=number(days[max(days)].drawings))
        return Fact(_("Drawings"), number(total.drawings), today)

    def figure(self, days: DailyCounts, total: Counts) -> Figure:
        counts = [of_day.drawings for of_day in days.values()]
        busiest = max(days, key=lambda day: days[day].drawings)
        caption = _("{total} in total. Busiest day: {day} ({count}).").format(
            total=number(total.drawings), day=short_day(busiest), count=number(max(counts))
        )
        high = round_above(max(counts))
        plot = columns(
            list(days), counts, high=high, write=lambda value: number(round(value)), caption=caption
        )
        table = DataTable.by_day(days, {_("Drawings"): [str(count) for count in counts]})
        return Figure(_("Drawings per day"), caption, table, plot)
