"""Recognition latency: quantiles from a histogram with exponential buckets.

Source: Masson, Rim, Lee, "DDSketch", 2019, section 2.1.
"""

import math
from collections.abc import Mapping

from django.utils.translation import gettext as _

from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics.base import DataTable, Fact, Figure, Metric
from history.statistics.plots.days import Line, lines
from history.statistics.plots.formatting import duration
from history.statistics.plots.svg import round_above
from mnistsite.types import Prediction

ACCURACY = 0.05
"""Maximum relative error of a quantile."""

GROWTH = (1 + ACCURACY) / (1 - ACCURACY)
"""Ratio of the bounds of adjacent buckets."""

SHORTEST_MS = 0.01


class Latency(Metric):
    def count(self, prediction: Prediction) -> Mapping[str, int]:
        bucket = math.ceil(math.log(max(prediction.latency_ms, SHORTEST_MS), GROWTH))
        return {f"latency {bucket}": 1}

    def fact(self, days: DailyCounts, total: Counts) -> Fact:
        slowest = _("95th percentile {duration}").format(duration=duration(latency_ms(total, 0.95)))
        return Fact(_("Median latency"), duration(latency_ms(total, 0.5)), slowest)

    def figure(self, days: DailyCounts, total: Counts) -> Figure:
        median, slow = ([latency_ms(of_day, share) for of_day in days.values()] for share in (0.5, 0.95))
        caption = _("Median {median}, 95th percentile {slow}").format(
            median=duration(latency_ms(total, 0.5)), slow=duration(latency_ms(total, 0.95))
        )
        names = [_("Median"), _("P95")]
        plot = lines(
            list(days),
            [Line(median, names[0]), Line(slow, names[1], kind="line thin")],
            low=0,
            high=round_above(max((ms for ms in slow if ms is not None), default=1)),
            write=duration,
            caption=caption,
            right=92,
        )
        columns = {
            name: [duration(ms) for ms in values] for name, values in zip(names, (median, slow), strict=True)
        }
        return Figure(_("Latency"), caption, DataTable.by_day(days, columns), plot)


def latency_ms(counts: Counts, share: float) -> float | None:
    """The quantile of the latencies at `share`, to within ACCURACY; None without drawings."""
    buckets = sorted(
        (int(name.removeprefix("latency ")), counts[name])
        for name in counts.by_name
        if name.startswith("latency ") and counts[name]
    )
    rank = share * (sum(count for _bucket, count in buckets) - 1)
    for bucket, count in buckets:
        rank -= count
        if rank < 0:
            return 2 * GROWTH**bucket / (GROWTH + 1)
    return None
