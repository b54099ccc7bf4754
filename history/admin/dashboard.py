"""What was drawn, how it was read and how long it took, day by day."""

from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from history.admin.facts import facts_of, outbox_fact
from history.admin.figures import figures_of
from history.admin.page import AdminPage
from history.condition import backlog
from history.selectors import DayTallies, tallies_of
from history.stores.base import StoreUnavailable

PERIODS = (7, 30, 90)
"""In days."""


class DashboardView(AdminPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        period = _period(request.GET.get("days", "30"))
        counted, waiting = _counted(period), outbox_fact(backlog())
        return self.show(
            request,
            "dashboard.html",
            # Who looks while the store is down wants to know what waits: so there is a page all the same.
            status=200 if counted is not None else 503,
            title=_("Dashboard"),
            period=period,
            periods=PERIODS,
            readable=counted is not None,
            facts=[*(facts_of(counted) if counted else []), *waiting],
            figures=figures_of(counted) if counted else [],
        )


def _period(asked: str) -> int:
    if asked not in map(str, PERIODS):
        raise Http404(_("Page not found."))
    return int(asked)


def _counted(period: int) -> DayTallies | None:
    """What was counted of the last days, today's included; None while the store does not answer."""
    today = datetime.now(UTC).date()
    try:
        return tallies_of(first=today - timedelta(days=period - 1), last=today)
    except StoreUnavailable:
        return None
