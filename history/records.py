"""The record of a recognition, immutable, under a time-based UUID; its label and share, which can change."""

import time
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
        return _moment(self.given_at_us)


class ShareLink(NamedTuple):
    """The content of a link to a shared drawing."""

    record_id: UUID
    key: str = ""


STOPPED_US = 0
"""The end of a share that was stopped, long ago for every clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Whether a link opens a drawing, which one, and until when. A later share replaces an earlier one.

    The default is that of a drawing which has never been shared: links without a key work, because earlier
    versions gave one to each drawing.
    """

    record_id: UUID
    key: str = ""
    """Random, and another one each time that the drawing is shared; otherwise empty."""
    until_us: int | None = None
    """The end, in microseconds since 1970; STOPPED_US, or None if it has no end."""
    changed_at_us: int = 0
    """In microseconds since 1970; 0 if nobody has changed it."""

    @property
    def link(self) -> ShareLink:
        return ShareLink(self.record_id, self.key)

    @property
    def until(self) -> datetime | None:
        return None if self.until_us is None else _moment(self.until_us)

    @property
    def has_ended(self) -> bool:
        return self.until_us is not None and self.until_us <= time.time_ns() // 1000

    @property
    def was_changed(self) -> bool:
        return self.changed_at_us > 0

    @property
    def is_on(self) -> bool:
        """Whether somebody has shared the drawing, and the link still works."""
        return self.was_changed and not self.has_ended


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


def _moment(us: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)
