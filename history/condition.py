"""How the history is: what would become of a record now, and what waits."""

from dataclasses import dataclass

from history.outbox import open_outbox
from history.outbox.queue import Backlog
from history.services import Kept
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Condition:
    kept: Kept | None
    """Where a record would be kept now; None where it would not be."""
    backlog: Backlog | None


def condition() -> Condition:
    """Ask the store, and the outbox where the store does not answer."""
    outbox = open_outbox()
    kept: Kept | None
    if _takes_records(open_store()):
        kept = Kept.STORED
    else:
        kept = Kept.QUEUED if outbox and _takes_records(outbox) else None
    return Condition(kept=kept, backlog=backlog())


def backlog() -> Backlog | None:
    """What waits in this host's outbox; None without one, or with one that cannot be read."""
    outbox = open_outbox()
    try:
        return outbox.backlog() if outbox else None
    except StoreUnavailable:
        return None


def _takes_records(store: HistoryStore) -> bool:
    try:
        store.check()
    except StoreUnavailable:
        return False
    return True
