"""Plots with one value per day: columns from zero, and lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.safestring import SafeString

from history.statistics.plots.formatting import NOTHING, percent, short_day
from history.statistics.plots.svg import Scale, element, line, picture, rect, share_below, text

WIDTH, HEIGHT = 340, 170
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 18, 24
LINE_HEIGHT = 13

Write = Callable[[float], str]
"""Formats a value for its axis."""


@dataclass(frozen=True, slots=True)
class Line:
    values: Sequence[float | None]
    name: str = ""
    kind: str = "line"


def columns(
    days: Sequence[date], values: Sequence[int], *, high: float, write: Write, caption: str
) -> SafeString:
    across, up = _across(days, RIGHT), Scale(0, high, HEIGHT - BOTTOM, TOP)
    wide = (across(1) - across(0)) * 0.8
    bars = [
        rect(across(at) - wide / 2, up(value), wide, up(0) - up(value), class_="data")
        for at, value in enumerate(values)
    ]
    largest = max(range(len(values)), key=values.__getitem__)
    place = (across(largest), up(values[largest]) - 4)
    peak = text(write(values[largest]), *place, text_anchor="middle", class_="peak")
    hints = _hints(days, across, [write(value) for value in values])
    frame = _frame(days, up, write=write, right=RIGHT)
    return picture(WIDTH, HEIGHT, caption, *frame, *bars, peak, *hints)


def lines(
    days: Sequence[date],
    drawn: Sequence[Line],
    *,
    low: float,
    high: float,
    write: Write,
    caption: str,
    right: int,
) -> SafeString:
    """right: room for the text at the lines' ends, in pixels."""
    across, up = _across(days, right), Scale(low, high, HEIGHT - BOTTOM, TOP)
    paths = [part for each in drawn for part in _parts(each, across, up)]
    written = [
        [f"{each.name} {NOTHING if value is None else write(value)}".strip() for value in each.values]
        for each in drawn
    ]
    hints = _hints(days, across, [", ".join(of_day) for of_day in zip(*written, strict=True)])
    frame = _frame(days, up, write=write, right=right)
    return picture(WIDTH, HEIGHT, caption, *frame, *paths, *_ends(drawn, across, up, write), *hints)


def share_line(days: Sequence[date], shares: Sequence[float | None], *, caption: str) -> SafeString:
    """One line of shares up to 1."""
    low = share_below([share for share in shares if share is not None])
    return lines(days, [Line(shares)], low=low, high=1, write=percent, caption=caption, right=56)


def _across(days: Sequence[date], right: int) -> Scale:
    """The horizontal scale, from a day's index to the middle of its column."""
    return Scale(-0.5, len(days) - 0.5, LEFT, WIDTH - right)


def _frame(days: Sequence[date], up: Scale, *, write: Write, right: int) -> list[SafeString]:
    levels = (up.low, (up.low + up.high) / 2, up.high)
    last = len(days) - 1
    return [
        *(line(LEFT, up(level), WIDTH - right, up(level), class_="level") for level in levels),
        *(text(write(level), LEFT - 5, up(level) + 4, text_anchor="end") for level in (up.low, up.high)),
        text(short_day(days[0]), LEFT, HEIGHT - 7),
        text(short_day(days[last]), WIDTH - right, HEIGHT - 7, text_anchor="end"),
    ]


def _parts(drawn: Line, across: Scale, up: Scale) -> list[SafeString]:
    """The parts of a line, with a gap where days have no value; a single day is a dot."""
    known = groupby(enumerate(drawn.values), key=lambda pair: pair[1] is not None)
    parts = []
    for is_known, group in known:
        points = [(across(at), up(value)) for at, value in group if value is not None]
        if is_known and len(points) == 1:
            parts.append(element("circle", cx=points[0][0], cy=points[0][1], r=2.5, class_="data"))
        elif is_known:
            written = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(element("polyline", points=written, class_=drawn.kind))
    return parts


def _ends(drawn: Sequence[Line], across: Scale, up: Scale, write: Write) -> list[SafeString]:
    """The name and last value of each line at its end, the uppermost first, without overlap."""
    found = []
    for each in drawn:
        if known := [(at, value) for at, value in enumerate(each.values) if value is not None]:
            at, value = known[-1]
            found.append((up(value) + 4, across(at) + 6, f"{each.name} {write(value)}".strip()))
    ends, free = [], 0.0
    for y, x, content in sorted(found):
        free = max(y, free)
        ends.append(text(content, x, free, class_="end"))
        free += LINE_HEIGHT
    return ends


def _hints(days: Sequence[date], across: Scale, contents: Sequence[str]) -> list[SafeString]:
    """A tooltip for each day, over the whole height of the plot."""
    wide, high = across(1) - across(0), HEIGHT - TOP - BOTTOM
    titles = [
        element("title", f"{short_day(day)}: {content}") for day, content in zip(days, contents, strict=True)
    ]
    return [
        rect(across(at) - wide / 2, TOP, wide, high, title, class_="hint") for at, title in enumerate(titles)
    ]
