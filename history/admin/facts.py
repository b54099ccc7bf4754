"""The few figures on top of the dashboard."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from history.admin.wording import duration, number, percent
from history.outbox.queue import Backlog
from history.selectors import DayTallies
from history.tallies import Tally


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str
    note: str = ""


def facts_of(days: DayTallies) -> list[Fact]:
    """Empty when there are no drawings."""
    whole, today = Tally.total(days.values()), days[max(days)]
    if not whole.drawings:
        return []
    labels = _("of {labels} labels").format(labels=number(whole.labelled))
    slowest = _("95th percentile {duration}").format(duration=duration(whole.latency_ms(0.95)))
    return [
        Fact(_("Drawings"), number(whole.drawings), _("today {count}").format(count=number(today.drawings))),
        Fact(_("Mean probability"), percent(whole.mean_probability)),
        Fact(_("Agreement with labels"), percent(whole.agreement), labels),
        Fact(_("Median latency"), duration(whole.latency_ms(0.5)), slowest),
    ]


def outbox_fact(waiting: Backlog | None) -> list[Fact]:
    """What waits on the host that answers; nothing to be said where there is no outbox."""
    if waiting is None:
        return []
    name, depth = _("Waiting to be stored on this host"), number(waiting.depth)
    if waiting.oldest_age_s is None:
        return [Fact(name, depth)]
    age = duration(waiting.oldest_age_s * 1000)
    return [Fact(name, depth, _("oldest: {age}").format(age=age))]
