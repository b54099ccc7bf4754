"""Numbers and days, formatted for people."""

from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

NOTHING = "–"


def number(value: int) -> str:
    return number_format(value, force_grouping=True)


def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{_tenths(100 * share)}%"


def duration(ms: float | None) -> str:
    if ms is None:
        return NOTHING
    if ms < 1000:
        return _("{number} ms").format(number=_tenths(ms) if ms < 10 else f"{ms:.0f}")
    return _("{number} s").format(number=_tenths(ms / 1000))


def short_day(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")


def _tenths(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
