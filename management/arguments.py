"""Types of the commands' arguments. Each raises ArgumentTypeError for a text that is not of its type."""

import math
import re
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime

from mnistsite.types import NON_DIGIT_NAME


def a_day(text: str) -> date:
    """A day such as 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-01-31") from error


def a_past_day(text: str) -> date:
    """A day that is not in the future."""
    day = a_day(text)
    if day > datetime.now(UTC).date():
        raise ArgumentTypeError(f"{text} is in the future")
    return day


def a_number(text: str) -> float:
    """A finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ArgumentTypeError(f"{text!r} is not a number")
    return value


def a_positive_number(text: str) -> float:
    if (value := a_number(text)) <= 0:
        raise ArgumentTypeError(f"{text} is not above 0")
    return value


def a_label(text: str) -> str:
    """A label in the form of the history: digits, or an empty string for a non-digit."""
    if text != NON_DIGIT_NAME and not re.fullmatch("[0-9]{1,40}", text):
        raise ArgumentTypeError(
            f"the label {text!r} is unknown: give digits, or {NON_DIGIT_NAME} for a non-digit"
        )
    return "" if text == NON_DIGIT_NAME else text
