"""The contract that every back end keeps; tests/history/test_store_contract.py holds each to it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from history.records import Label, Record, Summary


class StoreUnavailable(Exception):
    """The store cannot be reached, or did not do in time what it was asked."""


class Refused(StoreUnavailable):
    """The store answers, but does not take this record: trying again later will not help by itself."""


class RecordNotFound(LookupError):
    """There is no record under that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records a list has: all, or those of one visitor, or with one digit found, or with one label.

    Raises ValueError for two of these at once: no store has a list for each combination.
    """

    visitor: str | None = None
    digit: int | None = None
    label: str | None = None
    day: date | None = None
    """In UTC; goes with any of the three."""

    def __post_init__(self) -> None:
        if [self.visitor, self.digit, self.label].count(None) < 2:
            raise ValueError("A list is of one visitor, of one digit or of one label.")


EVERYTHING = Wanted()


class HistoryStore(ABC):
    """Keeps records for ever, each under its own id. Safe to call from any number of threads.

    Every method raises StoreUnavailable when the store cannot answer.
    """

    @abstractmethod
    def add(self, record: Record) -> None:
        """Keep a record: when this returns, it survives a crash and a power cut.

        Adding it again changes nothing, so a write whose fate is unknown can be repeated. An id stands for
        one content for ever: another content under a used id is a mistake of the caller's.
        """

    @abstractmethod
    def get(self, record_id: UUID) -> Record:
        """The record as it was added. Raises RecordNotFound."""

    @abstractmethod
    def newest(self, *, limit: int, before: UUID | None = None, wanted: Wanted = EVERYTHING) -> list[Summary]:
        """At most `limit` records of a list, the newest first: those made before `before`.

        What it costs depends on `limit` alone, not on how many records there are or how far back it looks.
        """

    @abstractmethod
    def put_label(self, label: Label) -> None:
        """Keep a label as durably as a record, unless a later one is there. Raises RecordNotFound."""

    @abstractmethod
    def label(self, record_id: UUID) -> Label | None:
        """The label of a record that has one."""

    @abstractmethod
    def delete(self, summary: Summary) -> None:
        """Delete a record, its drawing and its label, out of every list, as durably as it was kept.

        Deleting what is not there changes nothing, so a deletion whose fate is unknown can be repeated.
        """

    @abstractmethod
    def check(self) -> None:
        """Raise StoreUnavailable when the store could not keep a record now."""
