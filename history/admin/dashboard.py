"""The dashboard: the metrics of history.statistics.metrics over the last days, and the outbox."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from history.admin.base import AdminPage
from history.selectors import backlog, daily_counts
from history.statistics.counts import DailyCounts
from history.statistics.metrics import facts_of, figures_of
from history.statistics.metrics.base import Fact
from history.statistics.plots.formatting import duration, number
from history.stores.base import StoreUnavailable
from history.stores.outbox import Backlog

PERIODS = (7, 30, 90)
"""In days."""


class DashboardView(AdminPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("days", "30")
        if asked not in map(str, PERIODS):
            raise Http404(_("Page not found."))
        period, today = int(asked), datetime.now(UTC).date()
        days: DailyCounts = {}
        with suppress(StoreUnavailable):  # The page still shows the outbox.
            days = daily_counts(first=today - timedelta(days=period - 1), last=today)
        waiting = backlog()
        return self.show(
            request,
            "dashboard.html",
            status=200 if days else 503,
            title=_("Dashboard"),
            period=period,
            periods=PERIODS,
            readable=bool(days),
            facts=[*facts_of(days), *([outbox_fact(waiting)] if waiting else [])],
            figures=figures_of(days),
        )


def outbox_fact(waiting: Backlog) -> Fact:
    name, depth = _("Waiting to be stored on this host"), number(waiting.depth)
    if waiting.oldest_age_s is None:
        return Fact(name, depth)
    age = duration(waiting.oldest_age_s * 1000)
    return Fact(name, depth, _("oldest: {age}").format(age=age))
