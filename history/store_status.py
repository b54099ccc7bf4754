"""Whether the history would store or queue a record now, and the outbox's backlog."""

from dataclasses import dataclass

from history.services import StorageOutcome
from history.stores import open_store
from history.stores.base import HistoryStore, StoreUnavailable
from history.stores.outbox import Backlog, open_outbox


@dataclass(frozen=True, slots=True)
class StoreStatus:
    outcome: StorageOutcome | None
    """What would happen to a record now; None if neither the store nor the outbox accepts records."""
    backlog: Backlog | None


def store_status() -> StoreStatus:
    """Check the store, and the outbox if the store does not answer."""
    outbox = open_outbox()
    outcome: StorageOutcome | None
    if _takes_records(open_store()):
        outcome = StorageOutcome.STORED
    else:
        outcome = StorageOutcome.QUEUED if outbox and _takes_records(outbox) else None
    return StoreStatus(outcome=outcome, backlog=backlog())


def backlog() -> Backlog | None:
    """The backlog of this host's outbox; None if there is no outbox, or if it cannot be read."""
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
