"""What several commands take on their command line."""

from argparse import ArgumentTypeError
from datetime import date


def a_day(text: str) -> date:
    """A day such as 2026-01-31. Raises ArgumentTypeError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day such as 2026-01-31") from error
