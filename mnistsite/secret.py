"""The site's secret key, created at the first start unless the operator sets one."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from mnistsite import env

MIN_LENGTH = 32


def given_or_kept_secret(name: str, path: Path) -> str:
    """The secret in an environment variable, or else the one in the file.

    Raises ImproperlyConfigured, with the name of the variable or the file, if the secret is too short.
    """
    given = env.text(name, "")
    secret = given or kept_secret(path)
    if len(secret) < MIN_LENGTH:
        raise ImproperlyConfigured(f"{name if given else path} must have at least {MIN_LENGTH} characters.")
    return secret


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
