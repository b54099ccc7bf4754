"""The contract of the stores; tests/history/test_store_contract.py tests each store against it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from history.filters import EVERYTHING, ListFilter
from history.records import Label, Record, Share, Summary


class StoreUnavailable(Exception):
    """The store cannot be reached, or did not complete a request in time."""


class Refused(StoreUnavailable):
    """The store answers, but does not accept this change now; an immediate retry will not help."""


class RecordNotFound(LookupError):
    """No record has this id."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The label that was deleted with a record."""

    label: Label | None


class HistoryStore(ABC):
    """Keeps each record under its id until it is deleted. Safe to call from any number of threads.

    Every method raises StoreUnavailable if the store does not answer.
    """

    groups_at_once: ClassVar[int] = 1
    """How many threads should call `add_all` at a time: more than one if a call mostly waits."""

    @abstractmethod
    def add_all(self, records: Sequence[Record]) -> list[StoreUnavailable | None]:
        """Store records together. When this returns, those that met no error survive a crash and a power cut.

        Returns the error of each record, or None, in their order. Adding a record again changes nothing, so
        callers may repeat a write whose outcome they do not know. They must never add a different record
        under an id that is in use. They must ask `deleted` before they add an old one. The deletion of a
        whole day keeps no new record out: the clock may be wrong.
        """

    def add(self, record: Record) -> None:
        """Store a record as `add_all` does. Raises its error."""
        (error,) = self.add_all([record])
        if error is not None:
            raise error

    @abstractmethod
    def get(self, record_id: UUID) -> Record:
        """The record as it was added. Raises RecordNotFound."""

    @abstractmethod
    def put_inputs(self, record: Record) -> None:
        """Store the inputs of a record that was added without them. Ignores a deleted record."""

    @abstractmethod
    def newest(
        self, *, limit: int, before: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        """At most `limit` records of a list made before `before`, the newest first.

        The cost depends only on `limit`, not on the number of records or on how old they are.
        """

    @abstractmethod
    def oldest(
        self, *, limit: int, after: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        """At most `limit` records of a list made after `after`, the oldest first, at the same cost."""

    def pages(self, *, size: int, list_filter: ListFilter = EVERYTHING) -> Iterator[list[Summary]]:
        """All records of a list, the oldest first, `size` at a time."""
        after: UUID | None = None
        while page := self.oldest(limit=size, after=after, list_filter=list_filter):
            yield page
            after = page[-1].id

    @abstractmethod
    def values(self, criterion: str, *, limit: int) -> list[str]:
        """At most `limit` values of a criterion with `keeps_values`, sorted.

        They may include a value whose records have all been deleted.
        """

    @abstractmethod
    def put_label(self, label: Label) -> Label | None:
        """Store a label, as durably as a record, unless the record has a later one. Raises RecordNotFound.

        Returns the record's previous label. If that is later than the new label, it stays in force.
        """

    @abstractmethod
    def labels(self, record_ids: Sequence[UUID]) -> dict[UUID, Label]:
        """The labels of the records that have one."""

    def label(self, record_id: UUID) -> Label | None:
        """The label of a record, or None."""
        return self.labels([record_id]).get(record_id)

    @abstractmethod
    def put_share(self, share: Share) -> None:
        """Store a share, as durably as a record, unless the record has a later one. Raises RecordNotFound."""

    @abstractmethod
    def share(self, record_id: UUID) -> Share | None:
        """The share of a record, or None if nobody has changed it."""

    @abstractmethod
    def delete(self, summary: Summary) -> Deleted | None:
        """Delete a record with its drawing, label and share from every list, as durably as it was stored.

        Returns None if there is no such record, so callers may repeat a deletion whose outcome they do not
        know.
        """

    @abstractmethod
    def deleted(self, record_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the records whose deletion the store remembers, on their own or with their day.

        A record that the store has is not among them because of its day.
        """

    @abstractmethod
    def purge(self, day: date) -> None:
        """Delete all records of a day (UTC), as completely as `delete` does, and the day's statistics.

        This may take long. If it is interrupted, another call completes it. A store that could not accept
        records of the day afterwards raises Refused if the day is not over.
        """

    @abstractmethod
    def put_statistics(self, day: date, source: str, content: str) -> None:
        """Store the counts of a day from one source, in place of that source's earlier counts of the day."""

    @abstractmethod
    def statistics(self, first: date, last: date) -> list[tuple[date, str, str]]:
        """The counts of the days from `first` to `last`: (day, source, content), sorted.

        The cost depends on the number of days and sources, not on the number of records.
        """

    @abstractmethod
    def check(self) -> None:
        """Raise StoreUnavailable if the store cannot store a record now."""
