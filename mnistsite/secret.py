"""The site's secret key, made once where the operator gives none."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from mnistsite import env

MIN_LENGTH = 32


def given_or_kept_secret(name: str, path: Path) -> str:
    """The secret in an environment variable, or else the one in the file.

    Raises ImproperlyConfigured, naming the one that counts, when it is too short to keep anything secret.
    """
    given = env.text(name, "")
    secret = given or kept_secret(path)
    if len(secret) < MIN_LENGTH:
        raise ImproperlyConfigured(f"{name if given else path} must have at least {MIN_LENGTH} characters.")
    return secret


def kept_secret(path: Path) -> str:
    """The secret in a file that only its owner can read; made when the file is not there.

    Several processes may start at once, so the file appears complete and only once: whoever links it first
    wins, and everybody reads the winner's.
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
