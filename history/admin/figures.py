"""The dashboard's figures: each says something, shows it, and has its table behind it."""

from dataclasses import dataclass
from functools import partial

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from history.admin.day_plots import Line, columns, lines
from history.admin.digit_plots import bars, matrix
from history.admin.scale import round_above, share_below
from history.admin.wording import NOTHING, duration, number, percent, short_day
from history.selectors import DayTallies
from history.tallies import NO_DIGIT, Tally

DIGITS = [str(digit) for digit in range(10)]


@dataclass(frozen=True, slots=True)
class Table:
    columns: list[str]
    rows: list[list[str]]
    """The first cell of each names it."""


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    says: str
    table: Table
    plot: SafeString | None = None
    """None where there is nothing to be seen yet."""


def figures_of(days: DayTallies) -> list[Figure]:
    """Empty when there are no drawings."""
    whole = Tally.total(days.values())
    if not whole.drawings:
        return []
    return [
        _drawings(days, whole),
        _digits(whole),
        _probability(days, whole),
        _latency(days, whole),
        _agreement(days, whole),
        _confusion(whole),
    ]


def _drawings(days: DayTallies, whole: Tally) -> Figure:
    counts = [tally.drawings for tally in days.values()]
    most = max(days, key=lambda day: days[day].drawings)
    says = _("{total} in total. Busiest day: {day} ({count}).").format(
        total=number(whole.drawings), day=short_day(most), count=number(max(counts))
    )
    plot = columns(
        list(days), counts, high=round_above(max(counts)), write=lambda value: number(round(value)), says=says
    )
    table = _by_day(days, {_("Drawings"): [str(count) for count in counts]})
    return Figure(_("Drawings per day"), says, table, plot)


def _digits(whole: Tally) -> Figure:
    counts = whole.digits
    shares = [percent(count / max(1, sum(counts))) for count in counts]
    most, least = (counts.index(each) for each in (max(counts), min(counts)))
    says = _("Most common: {most} ({share}). Least common: {least} ({other_share}).").format(
        most=most, share=shares[most], least=least, other_share=shares[least]
    )
    rows = [[name, str(count), share] for name, count, share in zip(DIGITS, counts, shares, strict=True)]
    table = Table([_("Digit"), _("Times read"), _("Share")], rows)
    return Figure(_("Digits"), says, table, bars(DIGITS, counts, shares, says=says))


def _probability(days: DayTallies, whole: Tally) -> Figure:
    shares = [tally.mean_probability for tally in days.values()]
    says = _("{mean} on average").format(mean=percent(whole.mean_probability))
    table = _by_day(days, {_("Mean probability"): [percent(share) for share in shares]})
    return Figure(_("Mean probability"), says, table, _shares(days, shares, says))


def _latency(days: DayTallies, whole: Tally) -> Figure:
    median, slow = ([tally.latency_ms(share) for tally in days.values()] for share in (0.5, 0.95))
    says = _("Median {median}, 95th percentile {slow}").format(
        median=duration(whole.latency_ms(0.5)), slow=duration(whole.latency_ms(0.95))
    )
    names = [_("Median"), _("P95")]
    plot = lines(
        list(days),
        [Line(median, names[0]), Line(slow, names[1], kind="line thin")],
        low=0,
        high=round_above(max((ms for ms in slow if ms is not None), default=1)),
        write=duration,
        says=says,
        right=92,
    )
    columns = dict(zip(names, ([duration(ms) for ms in values] for values in (median, slow)), strict=True))
    return Figure(_("Latency"), says, _by_day(days, columns), plot)


def _agreement(days: DayTallies, whole: Tally) -> Figure:
    shares = [tally.agreement for tally in days.values()]
    columns = {
        _("Labels"): [str(tally.labelled) for tally in days.values()],
        _("Agreement"): [percent(share) for share in shares],
    }
    figure = partial(Figure, _("Agreement with labels"), table=_by_day(days, columns))
    if not whole.labelled:
        return figure(says=_("No labels yet"))
    says = _("{share} of {count} labels agree with the result").format(
        share=percent(whole.agreement), count=number(whole.labelled)
    )
    return figure(says=says, plot=_shares(days, shares, says))


def _confusion(whole: Tally) -> Figure:
    names = dict(zip([*DIGITS, NO_DIGIT], [*DIGITS, NOTHING], strict=True))
    counts = {(names[one], names[other]): whole.read(one, other) for one in names for other in names}
    shown = list(names.values())
    rows = [[one, *(str(counts[one, other]) for other in shown)] for one in shown]
    table = Table([_("Label"), *(_("read as {digit}").format(digit=name) for name in shown)], rows)
    figure = partial(Figure, _("Confusion matrix"), table=table)
    if not any(counts.values()):
        return figure(says=_("No labels yet"))
    says = _commonest_mistake(counts)
    plot = matrix(shown, counts, label=_("Label"), read=_("read as (– is not a digit)"), says=says)
    return figure(says=says, plot=plot)


def _commonest_mistake(counts: dict[tuple[str, str], int]) -> str:
    mistakes = {pair: count for pair, count in counts.items() if pair[0] != pair[1] and count}
    if not mistakes:
        return _("No errors")
    label, read = max(mistakes, key=mistakes.__getitem__)
    return _("Most common error: {label} read as {digit} ({count} times)").format(
        label=label, digit=read, count=number(mistakes[label, read])
    )


def _shares(days: DayTallies, shares: list[float | None], says: str) -> SafeString:
    low = share_below([share for share in shares if share is not None])
    return lines(list(days), [Line(shares)], low=low, high=1, write=percent, says=says, right=56)


def _by_day(days: DayTallies, columns: dict[str, list[str]]) -> Table:
    """The newest day first."""
    rows = [[day.isoformat(), *cells] for day, *cells in zip(days, *columns.values(), strict=True)]
    return Table([_("Day"), *columns], rows[::-1])
