"""What waits on this host while the store does not answer. `open_outbox()` gives this process's own."""

from functools import cache

from django.conf import settings

from history.stores.outbox.store import Outbox


@cache
def open_outbox() -> Outbox | None:
    """The outbox that HISTORY_OUTBOX describes, or None where the store needs none."""
    return Outbox(**settings.HISTORY_OUTBOX) if settings.HISTORY_OUTBOX else None
