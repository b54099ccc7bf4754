"""Numbers and days, formatted for people."""

from datetime import date

from django.utils.formats import date_format, number_format

NOTHING = "–"


def number(value: int) -> str:
    return number_format(value, force_grouping=True)


def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{_tenths(100 * share)}%"


def duration(ms: float | None) -> str:
    if ms is None:
        return NOTHING
    if ms < 10:
        return f"{_tenths(ms)} ms"
    return f"{ms:.0f} ms" if ms < 1000 else f"{_tenths(ms / 1000)} s"


def short_day(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")


def _tenths(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
