"""Typed readers for the operator's environment variables. The error for an invalid value names the variable.

An empty value counts as unset: compose files and shells pass empty strings for unset variables.
"""

import ipaddress
import os
import re
import secrets
import stat
import zoneinfo
from pathlib import Path
from tempfile import TemporaryFile

from django.core.exceptions import ImproperlyConfigured

HOST = re.compile(r"\*|\.?[\w.-]+|\[[0-9A-Fa-f:.]+\]")
ORIGIN = re.compile(r"https?://[^/?#@\s]+")
KEYSPACE = re.compile(r"[a-z][a-z0-9_]{0,47}")
COPIES = re.compile(r"([\w.-]+):([1-9])")
MIN_SECRET_LENGTH = 32
MAX_SECRET_BYTES = 8192
"""Of a file with one secret, or with several keys."""
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str) -> str:
    """The variable's value without surrounding space."""
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, at_least: int, at_most: int | None = None) -> int:
    """A whole number within bounds. Raises ImproperlyConfigured for anything else."""
    given = text(name, str(default))
    bounds = f"of at least {at_least}" if at_most is None else f"from {at_least} to {at_most}"
    refusal = _refusal(name, f"be a whole number {bounds}", given)
    try:
        value = int(given)
    except ValueError:
        raise refusal from None
    if value < at_least or (at_most is not None and value > at_most):
        raise refusal
    return value


def boolean(name: str, default: bool) -> bool:
    """One of 1, true, yes, on or 0, false, no, off. Raises ImproperlyConfigured for anything else."""
    given = text(name, "1" if default else "0").lower()
    if given not in TRUE | FALSE:
        raise _refusal(name, "be 1 or 0", given)
    return given in TRUE


def choice(name: str, default: str, *, of: tuple[str, ...]) -> str:
    """One of the given words, in any case. Raises ImproperlyConfigured for anything else."""
    given = text(name, default).upper()
    if given not in of:
        raise _refusal(name, f"be one of {', '.join(of)}", given)
    return given


def names(name: str) -> list[str]:
    """Comma-separated names, without empty ones."""
    return _parts(text(name, ""))


def hosts(name: str) -> list[str]:
    """Host names in Django's form: `example.org`, `.example.org` with all its subdomains, or `*`.

    Raises ImproperlyConfigured for anything else.
    """
    given = names(name)
    if wrong := [host for host in given if not HOST.fullmatch(host)]:
        raise _refusal(name, "be host names, without scheme or path", *wrong)
    return given


def origins(name: str) -> list[str]:
    """Origins such as `https://example.org`. Raises ImproperlyConfigured for anything else."""
    given = names(name)
    if wrong := [one for one in given if not ORIGIN.fullmatch(one)]:
        raise _refusal(name, "be origins such as https://example.org", *wrong)
    return given


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses such as `10.0.0.1`, or networks such as `10.0.0.0/8`.

    Raises ImproperlyConfigured for anything else.
    """
    given = names(name)
    try:
        return [ipaddress.ip_network(one) for one in given]
    except ValueError:
        raise _refusal(name, "be addresses, or networks such as 10.0.0.0/8", *given) from None


def time_zone(name: str, default: str) -> str:
    """A name in the time zone database. Raises ImproperlyConfigured for anything else."""
    given = text(name, default)
    if given not in zoneinfo.available_timezones():
        raise _refusal(name, "name a time zone", given)
    return given


def address(name: str, default: str) -> str:
    """A host to listen on. Puts an IPv6 address into brackets."""
    given = text(name, default)
    return f"[{given}]" if ":" in given and not given.startswith("[") else given


def path(name: str, default: Path) -> Path:
    """A file or folder, as an absolute path; `~` is the user's home.

    Raises ImproperlyConfigured for the home of an unknown user, and for links that lead nowhere in circles.
    """
    given = text(name, str(default))
    try:
        return Path(given).expanduser().resolve()
    except (RuntimeError, OSError) as error:
        raise ImproperlyConfigured(f"{name} must be a path, not {given!r}: {error}.") from error


def folder(name: str, default: Path) -> Path:
    """A writable folder; created with access for its owner only if it does not exist.

    Raises ImproperlyConfigured if it cannot be created or written to.
    """
    chosen = path(name, default)
    try:
        chosen.mkdir(mode=0o700, parents=True, exist_ok=True)
        TemporaryFile(dir=chosen).close()
    except OSError as error:
        raise ImproperlyConfigured(f"{name} must be a folder that can be written to: {error}.") from error
    return chosen


def file(name: str) -> Path | None:
    """A readable file, or None if unset. Raises ImproperlyConfigured for anything else, also for a pipe."""
    if not text(name, ""):
        return None
    chosen = path(name, Path())
    demand = f"{name} must be a file that can be read"
    try:
        is_regular = stat.S_ISREG(chosen.stat().st_mode)
        if is_regular:  # To open a pipe could take for ever.
            chosen.open("rb").close()
    except OSError as error:
        raise ImproperlyConfigured(f"{demand}: {error}.") from error
    if not is_regular:
        raise ImproperlyConfigured(f"{demand}: {chosen} is not a regular file.")
    return chosen


def secret(name: str, path: Path) -> str:
    """The secret in the variable or its file, or else the one in `path`, which is created at the first start.

    Raises ImproperlyConfigured if it is too short. The message says where it is from: the variable, the one
    with `_FILE` at its end, or `path`.
    """
    given, source = _given_secret(name)
    chosen = given or kept_secret(path)
    if len(chosen) < MIN_SECRET_LENGTH:
        raise ImproperlyConfigured(
            f"{source if given else path} must have at least {MIN_SECRET_LENGTH} characters."
        )
    return chosen


def secrets_of(name: str) -> list[str]:
    """Comma-separated secrets. Raises ImproperlyConfigured if one is too short; the message shows none."""
    given, source = _given_secret(name)
    found = _parts(given)
    if any(len(each) < MIN_SECRET_LENGTH for each in found):
        raise ImproperlyConfigured(
            f"{source} must have at least {MIN_SECRET_LENGTH} characters for each key."
        )
    return found


def password(name: str) -> str:
    """The password in the variable or its file; empty if unset."""
    return _given_secret(name)[0]


def _given_secret(name: str) -> tuple[str, str]:
    """A secret, and the name of the variable that it comes from.

    It is the value of the variable, or the content of the file that the variable with `_FILE` at its end
    names: container engines mount secrets as files. As from a variable, it comes without surrounding space.
    Raises ImproperlyConfigured, without the secret, if both are set, or if the file cannot be
    read, is too long, or has no text.
    """
    given, path = text(name, ""), file(f"{name}_FILE")
    if path is None:
        return given, name
    if given:
        raise ImproperlyConfigured(f"{name} and {name}_FILE must not both be set.")
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_SECRET_BYTES + 1)
        if len(content) > MAX_SECRET_BYTES:
            raise ImproperlyConfigured(f"{name}_FILE must be a file of at most {MAX_SECRET_BYTES} bytes.")
        found = content.decode("utf-8-sig").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE must be a file that can be read: {error}.") from error
    except UnicodeDecodeError:
        found = ""
    if not found or CONTROLS.search(found):
        raise ImproperlyConfigured(f"{name}_FILE must be a file with text, not {str(path)!r}.")
    return found, f"{name}_FILE"


def kept_secret(path: Path) -> str:
    """The secret in a file that only its owner can read. Creates the file if it does not exist.

    Several processes may start at once. Each links a complete file; the first link succeeds, and all
    processes read that file.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def keyspace(name: str, default: str) -> str:
    """A name that Cassandra accepts without quotes. Raises ImproperlyConfigured for anything else."""
    given = text(name, default)
    if not KEYSPACE.fullmatch(given):
        raise _refusal(name, "be a name of a-z, 0-9 and _, at most 48 long, that starts with a letter", given)
    return given


def replication(name: str, default: str) -> int | dict[str, int]:
    """A number of copies, such as `3`, or one for each data centre, such as `paris:3,tokyo:2`.

    Raises ImproperlyConfigured for anything else.
    """
    given = names(name) or [default]
    if len(given) == 1 and re.fullmatch("[1-9]", given[0]):
        return int(given[0])
    copies = [COPIES.fullmatch(part) for part in given]
    if not all(copies):
        raise _refusal(
            name, "be a number of copies from 1 to 9, or one for each data centre as in dc1:3,dc2:3", *given
        )
    return {found[1]: int(found[2]) for found in copies if found}


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def _refusal(name: str, demand: str, *wrong: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} must {demand}, not {', '.join(map(repr, wrong))}.")
