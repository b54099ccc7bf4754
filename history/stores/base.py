"""The contract that every back end keeps; tests/history/test_store_contract.py holds each to it."""

from abc import ABC, abstractmethod
from uuid import UUID

from history.records import Record, Summary


class StoreUnavailable(Exception):
    """The store cannot be reached, or did not do in time what it was asked."""


class RecordNotFound(LookupError):
    """There is no record under that id."""


class HistoryStore(ABC):
    """Keeps records for ever, each under its own id. Safe to call from any number of threads.

    Every method raises StoreUnavailable when the store cannot answer.
    """

    @abstractmethod
    def add(self, record: Record) -> None:
        """Keep a record: when this returns, it survives a crash and a power cut.

        Adding it again is safe and changes nothing, so a write whose fate is unknown can be repeated.
        """

    @abstractmethod
    def get(self, record_id: UUID) -> Record:
        """The record as it was added. Raises RecordNotFound."""

    @abstractmethod
    def newest(self, *, limit: int, before: UUID | None = None, visitor: str | None = None) -> list[Summary]:
        """At most `limit` records, the newest first: those made before `before`, those of one visitor.

        What it costs depends on `limit` alone, not on how many records there are or how far back it looks.
        """

    @abstractmethod
    def check(self) -> None:
        """Raise StoreUnavailable when the store could not keep a record now."""
