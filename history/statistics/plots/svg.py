"""SVG elements, built from strings: a template with this many elements would take several times as long."""

from html import escape

from django.utils.safestring import SafeString


def element(name: str, *content: str, **attributes: str | float) -> SafeString:
    """An element. Escapes its content, except elements.

    An underscore in an attribute's name becomes a hyphen; a trailing underscore is removed.
    """
    written = "".join(f' {_name(key)}="{escape(_value(value))}"' for key, value in attributes.items())
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


def picture(width: float, height: float, says: str, *content: str) -> SafeString:
    """A whole picture, with its description for screen readers."""
    return element(
        "svg",
        *content,
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        role="img",
        aria_label=says,
    )


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    """Rounded to tenths of a pixel, with a decimal point in every language."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
