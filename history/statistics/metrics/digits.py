"""How often each digit was read."""

from collections import Counter
from collections.abc import Mapping

from django.utils.translation import gettext as _

from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics.base import DataTable, Figure, Metric
from history.statistics.plots.digits import bars
from history.statistics.plots.formatting import percent
from mnistsite.types import DIGITS, Prediction


class Digits(Metric):
    def count(self, prediction: Prediction) -> Mapping[str, int]:
        return Counter(f"digit {found.digit}" for found in prediction.digits)

    def figure(self, days: DailyCounts, total: Counts) -> Figure:
        names, counts = [str(digit) for digit in range(DIGITS)], digits_read(total)
        shares = [percent(count / max(1, sum(counts))) for count in counts]
        most, least = (counts.index(each) for each in (max(counts), min(counts)))
        caption = _("Most common: {most} ({share}). Least common: {least} ({other_share}).").format(
            most=most, share=shares[most], least=least, other_share=shares[least]
        )
        rows = [[name, str(count), share] for name, count, share in zip(names, counts, shares, strict=True)]
        table = DataTable([_("Digit"), _("Times read"), _("Share")], rows)
        return Figure(_("Digits"), caption, table, bars(names, counts, shares, caption=caption))


def digits_read(counts: Counts) -> list[int]:
    """How often each digit was read, from 0 to 9."""
    return [counts[f"digit {digit}"] for digit in range(DIGITS)]
