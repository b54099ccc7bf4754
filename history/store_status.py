"""Where a record would be kept now, and what waits in the outbox."""

from dataclasses import dataclass

from history.services import StorageOutcome
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox import open_outbox
from history.stores.outbox.store import Backlog


@dataclass(frozen=True, slots=True)
class StoreStatus:
    outcome: StorageOutcome | None
    """Where a record would be kept now; None where it would not be."""
    backlog: Backlog | None


def store_status() -> StoreStatus:
    """Ask the store, and the outbox where the store does not answer."""
    outbox = open_outbox()
    outcome: StorageOutcome | None
    if _takes_records(open_store()):
        outcome = StorageOutcome.STORED
    else:
        outcome = StorageOutcome.QUEUED if outbox and _takes_records(outbox) else None
    return StoreStatus(outcome=outcome, backlog=backlog())


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
