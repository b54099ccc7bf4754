"""Types of arguments that several commands take."""

from argparse import ArgumentTypeError
from datetime import date


def a_day(text: str) -> date:
    """A day such as 2026-01-31. Raises ArgumentTypeError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-01-31") from error
