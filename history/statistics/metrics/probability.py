"""The mean probability of the results."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics.base import DataTable, Fact, Figure, Metric
from history.statistics.plots.days import share_line
from history.statistics.plots.formatting import percent
from mnistsite.types import Prediction

MILLION = 1_000_000
"""Probabilities are summed as integers, in millionths, so that subtraction is exact."""


class MeanProbability(Metric):
    def count(self, prediction: Prediction) -> Mapping[str, int]:
        return {"probability": round(prediction.probability * MILLION)}

    def fact(self, days: DailyCounts, total: Counts) -> Fact:
        return Fact(_("Mean probability"), percent(mean_probability(total)))

    def figure(self, days: DailyCounts, total: Counts) -> Figure:
        means = [mean_probability(of_day) for of_day in days.values()]
        caption = _("{mean} on average").format(mean=percent(mean_probability(total)))
        table = DataTable.by_day(days, {_("Mean probability"): [percent(mean) for mean in means]})
        return Figure(_("Mean probability"), caption, table, share_line(list(days), means, caption=caption))


def mean_probability(counts: Counts) -> float | None:
    return counts["probability"] / MILLION / counts.drawings if counts.drawings else None
