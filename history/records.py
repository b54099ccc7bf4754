"""The record of a recognition: immutable, under a time-based UUID; and its label, which can change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from history.ids import created_at
from mnistsite.types import Drawing, Prediction, Stroke


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Prediction):
    """The part of a record that lists show: everything except the drawing."""

    id: UUID
    visitor: str
    """The random token in the visitor's cookie; empty for a client without a cookie."""
    origin: str
    """The origin of the request, if it is this site's or an allowed one; empty otherwise."""

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Summary):
    """A whole record."""

    drawing: Drawing
    strokes: tuple[Stroke, ...] = ()
    """As the client sent them; empty if it sent only a picture."""
    inputs: bytes = b""
    """The network's inputs: 28×28 bytes per digit, row by row, ink 255 and paper 0.

    Empty in records from before inputs were stored.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The correct reading of a drawing, according to a person. A later label replaces an earlier one."""

    record_id: UUID
    text: str
    """The digits from left to right; empty for a non-digit."""
    given_by: str
    given_at_us: int
    """In microseconds since 1970."""

    @property
    def given_at(self) -> datetime:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=self.given_at_us)


AnyRecord = TypeVar("AnyRecord", bound=Summary)


class LabelledRecord(NamedTuple, Generic[AnyRecord]):
    """A record, whole or as a summary, with its label."""

    record: AnyRecord
    label: Label | None

    @property
    def disagrees(self) -> bool:
        return self.label is not None and not self.record.agrees_with(self.label.text)


class StorageOutcome(StrEnum):
    """Where a record is on disk when the response is sent."""

    STORED = "stored"
    """In the store."""
    QUEUED = "queued"
    """In this host's outbox, which delivers it to the store."""
