"""SVG elements, and the scales that place values in them.

Elements are built from strings: a template with this many elements would take several times as long.
"""

import math
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString


def element(name: str, *content: str, **attributes: str | float) -> SafeString:
    """An element. Escapes its content, except elements.

    An underscore in an attribute's name becomes a hyphen; a trailing underscore is removed.
    """
    names = {key: key.rstrip("_").replace("_", "-") for key in attributes}
    written = "".join(f' {names[key]}="{escape(_value(value))}"' for key, value in attributes.items())
    inside = "".join(each if isinstance(each, SafeString) else escape(each) for each in content)
    return SafeString(f"<{name}{written}>{inside}</{name}>")


def text(content: str, x: float, y: float, **attributes: str | float) -> SafeString:
    return element("text", content, x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: str | float) -> SafeString:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def rect(
    x: float, y: float, width: float, height: float, *content: str, **attributes: str | float
) -> SafeString:
    return element("rect", *content, x=x, y=y, width=width, height=height, **attributes)


def picture(width: float, height: float, caption: str, *content: str) -> SafeString:
    """A whole picture, with its description for screen readers."""
    return element(
        "svg",
        *content,
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        role="img",
        aria_label=caption,
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from values to pixels."""

    low: float
    high: float
    start: float
    """The position of `low`, in pixels."""
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


ROUND_NUMBERS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def round_above(value: float) -> float:
    """The next round number, for the upper end of an axis."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in ROUND_NUMBERS if step * power >= value)


def share_below(shares: list[float]) -> float:
    """The lower end of an axis of shares: a multiple of 0.1 below the lowest share, and at most 0.9."""
    return max(0.0, min(0.9, math.floor(min(shares, default=1.0) * 10) / 10))


def _value(value: str | float) -> str:
    """Rounded to tenths of a pixel, with a decimal point in every language."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
