"""Typed readers for environment variables, which name the variable when its value makes no sense.

An empty value counts as absent: compose files and shells pass empty strings for what was left out.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str) -> str:
    """The variable's value without surrounding space."""
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, at_least: int, at_most: int | None = None) -> int:
    """A whole number within bounds. Raises ImproperlyConfigured for anything else."""
    given = text(name, str(default))
    bounds = f"of at least {at_least}" if at_most is None else f"from {at_least} to {at_most}"
    try:
        value = int(given)
    except ValueError:
        value = at_least - 1
    if value < at_least or (at_most is not None and value > at_most):
        raise ImproperlyConfigured(f"{name} must be a whole number {bounds}, not {given!r}.")
    return value


def boolean(name: str, default: bool) -> bool:
    """One of 1, true, yes, on or 0, false, no, off. Raises ImproperlyConfigured for anything else."""
    given = text(name, "1" if default else "0").lower()
    if given not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {given!r}.")
    return given in TRUE


def choice(name: str, default: str, *, of: tuple[str, ...]) -> str:
    """One of some words, in any case. Raises ImproperlyConfigured for another."""
    given = text(name, default).upper()
    if given not in of:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(of)}, not {given!r}.")
    return given


def names(name: str, default: str = "") -> list[str]:
    """Comma-separated names, without empty ones."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def path(name: str, default: Path) -> Path:
    """A file or folder; `~` is the user's home, and a relative one is taken from where the process starts."""
    return Path(text(name, str(default))).expanduser().resolve()
