"""The contract that every back end keeps; tests/history/test_store_contract.py holds each to it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from history.filters import EVERYTHING, ListFilter
from history.records import Label, Record, Summary


class StoreUnavailable(Exception):
    """The store cannot be reached, or did not do in time what it was asked."""


class Refused(StoreUnavailable):
    """The store answers, but does not take this record: trying again later will not help by itself."""


class RecordNotFound(LookupError):
    """There is no record under that id."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion took beside the record."""

    label: Label | None


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
    def put_inputs(self, record: Record) -> None:
        """Keep the inputs of a record that was added without them. Where it is gone, nothing is kept."""

    @abstractmethod
    def newest(
        self, *, limit: int, before: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        """At most `limit` records of a list, the newest first: those made before `before`.

        What it costs depends on `limit` alone, not on how many records there are or how far back it looks.
        """

    @abstractmethod
    def oldest(
        self, *, limit: int, after: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        """At most `limit` records of a list, the oldest first: those made after `after`. Likewise."""

    def pages(self, *, size: int, list_filter: ListFilter = EVERYTHING) -> Iterator[list[Summary]]:
        """All records of a list, the oldest first, `size` at a time."""
        after: UUID | None = None
        while page := self.oldest(limit=size, after=after, list_filter=list_filter):
            yield page
            after = page[-1].id

    @abstractmethod
    def values(self, criterion: str, *, limit: int) -> list[str]:
        """At most `limit` of the values that a criterion has lists of, in their order, where it keeps them.

        One may be among them whose records have all been deleted.
        """

    @abstractmethod
    def put_label(self, label: Label) -> Label | None:
        """Keep a label as durably as a record, unless a later one is there. Raises RecordNotFound.

        Returns the label that was there; if that is a later one, it goes on holding.
        """

    @abstractmethod
    def labels(self, record_ids: Sequence[UUID]) -> dict[UUID, Label]:
        """The labels of those records that have one."""

    def label(self, record_id: UUID) -> Label | None:
        """The label of a record that has one."""
        return self.labels([record_id]).get(record_id)

    @abstractmethod
    def delete(self, summary: Summary) -> Deleted | None:
        """Delete a record, its drawing and its label, out of every list, as durably as it was kept.

        Deleting what is not there changes nothing, and returns None, so a deletion whose fate is unknown can
        be repeated.
        """

    @abstractmethod
    def purge(self, day: date) -> None:
        """Delete all that was made on a day, in UTC, as completely as `delete` does.

        What was counted of the day goes with it. It may take long, and one that was cut off is finished by
        repeating it.
        """

    @abstractmethod
    def put_statistics(self, day: date, source: str, content: str) -> None:
        """Keep what somebody counted of a day, in place of what the same source had counted of it before."""

    @abstractmethod
    def statistics(self, first: date, last: date) -> list[tuple[date, str, str]]:
        """What was counted of some days, both ends included: day, source and content, in order.

        What it costs depends on the days and on who counted, not on how many records there are.
        """

    @abstractmethod
    def check(self) -> None:
        """Raise StoreUnavailable when the store could not keep a record now."""
