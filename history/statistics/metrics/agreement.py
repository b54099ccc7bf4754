"""How often labels agree with results."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics.base import DataTable, Fact, Figure, Metric
from history.statistics.plots.days import share_line
from history.statistics.plots.formatting import number, percent
from mnistsite.types import Prediction


class Agreement(Metric):
    def count_label(self, prediction: Prediction, text: str) -> Mapping[str, int]:
        return {"labelled": 1, "agreeing": int(prediction.agrees_with(text))}

    def fact(self, days: DailyCounts, total: Counts) -> Fact:
        labels = _("of {labels} labels").format(labels=number(total.labels))
        return Fact(_("Agreement with labels"), percent(agreement(total)), labels)

    def figure(self, days: DailyCounts, total: Counts) -> Figure:
        shares = [agreement(of_day) for of_day in days.values()]
        columns = {
            _("Labels"): [str(of_day.labels) for of_day in days.values()],
            _("Agreement"): [percent(share) for share in shares],
        }
        table, title = DataTable.by_day(days, columns), _("Agreement with labels")
        if not total.labels:
            return Figure(title, _("No labels yet"), table)
        caption = _("{share} of {count} labels agree with the result").format(
            share=percent(agreement(total)), count=number(total.labels)
        )
        return Figure(title, caption, table, share_line(list(days), shares, caption=caption))


def agreement(counts: Counts) -> float | None:
    """The share of labels that agree with the result; None without labels."""
    return counts["agreeing"] / counts.labels if counts.labels else None
