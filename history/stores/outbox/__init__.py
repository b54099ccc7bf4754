"""The records that wait on this host while the store does not answer. `open_outbox()` opens the outbox."""

from functools import cache

from django.conf import settings

from history.stores.outbox.store import Outbox


@cache
def open_outbox() -> Outbox | None:
    """The outbox in HISTORY_OUTBOX, or None if the store does not need one."""
    return Outbox(**settings.HISTORY_OUTBOX) if settings.HISTORY_OUTBOX else None
