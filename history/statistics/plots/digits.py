"""Plots by digit: bars, and the confusion matrix."""

import math
from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString

from history.statistics.plots.formatting import number
from history.statistics.plots.svg import Scale, picture, rect, text

WIDTH = 340
ROW, BAR = 21, 15
CELL, LEFT, TOP = 25, 34, 32
LIGHT, DARKEST = 0.12, 0.5
"""Opacity of correct results and of the most common error; numbers stay readable on both."""


def bars(names: Sequence[str], values: Sequence[int], shares: Sequence[str], *, caption: str) -> SafeString:
    """Horizontal bars from zero, with the number and the share at the end of each."""
    along = Scale(0, max(1, *values), 0, WIDTH - 120)
    content = []
    for row, (name, value, share) in enumerate(zip(names, values, shares, strict=True)):
        top = row * ROW + (ROW - BAR) / 2
        content += [
            text(name, 10, top + 12, text_anchor="end", class_="name"),
            rect(18, top, along(value), BAR, class_="data"),
            text(f"{number(value)} · {share}", 24 + along(value), top + 12),
        ]
    return picture(WIDTH, ROW * len(names), caption, *content)


def matrix(
    names: Sequence[str], counts: Mapping[tuple[str, str], int], *, label: str, read: str, caption: str
) -> SafeString:
    """Labels in rows, results in columns. The colour of an error grows with the logarithm of its count."""
    content = [text(label, 0, TOP - 8), text(read, LEFT + CELL * len(names) / 2, 10, text_anchor="middle")]
    most = max((count for (one, other), count in counts.items() if one != other), default=0)
    for at, name in enumerate(names):
        middle = at * CELL + CELL / 2
        content.append(text(name, LEFT + middle, TOP - 8, text_anchor="middle", class_="name"))
        content.append(text(name, LEFT - 8, TOP + middle + 4, text_anchor="end", class_="name"))
    for row, one in enumerate(names):
        for column, other in enumerate(names):
            place = (LEFT + column * CELL, TOP + row * CELL)
            content += _cell(counts[one, other], *place, right=one == other, most=most)
    return picture(WIDTH, TOP + CELL * len(names) + 1, caption, *content)


def _cell(count: int, x: float, y: float, *, right: bool, most: int) -> list[SafeString]:
    shade = LIGHT if right else DARKEST * math.log1p(count) / math.log1p(most) if count else 0.0
    kind = "cell right" if right else "cell wrong"
    box = rect(x, y, CELL, CELL, class_=kind, fill_opacity=f"{shade:.2f}")
    if not count:
        return [box]
    return [box, text(_short(count), x + CELL / 2, y + CELL / 2 + 4, text_anchor="middle", class_="count")]


def _short(count: int) -> str:
    """A count short enough for a cell; the table has the exact count."""
    return str(count) if count < 1000 else f"{count / 1000:.0f}k" if count >= 9500 else f"{count / 1000:.1f}k"
