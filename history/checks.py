"""System checks of the history."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register


@register()
def no_outbox_is_left_behind(**_: Any) -> list[CheckMessage]:
    """A warning if records wait in an outbox that the site does not use: Cassandra has been switched off."""
    path: Path = settings.OUTBOX_FILE
    if settings.HISTORY_OUTBOX is not None or not path.exists():
        return []
    hint = "Set MNIST_SERVER_DB_ADDRESS again, and run `manage.py drain_outbox` until none waits."
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            (depth,) = connection.execute("SELECT COUNT(*) FROM recognitions").fetchone()
    except sqlite3.Error as error:
        return [checks.Warning(f"{path} cannot be read: {error}.", hint=hint, id="history.W002")]
    if not depth:
        return []
    message = f"{depth} records wait in {path}, but the site uses no outbox without Cassandra."
    return [checks.Warning(message, hint=hint, id="history.W001")]
