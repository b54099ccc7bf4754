"""What is kept of one recognition: immutable, under a time-based UUID."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from history.ids import created_at
from mnistsite.types import Drawing, Prediction, Stroke


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Prediction):
    """What a list shows of a record: all but the drawing itself."""

    id: UUID
    visitor: str
    """Who drew it: a random token kept in the visitor's session, or empty for a client without one."""
    origin: str
    """The page of this site, or of an allowed one, that it came from; empty for any other client."""

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Summary):
    """The whole of what is kept."""

    drawing: Drawing
    strokes: tuple[Stroke, ...] = ()
    """As the client drew it; empty where it sent a picture alone."""
    inputs: bytes = b""
    """What the network saw: for each digit 28×28 bytes, row by row, ink 255 and paper 0. Empty for a record
    from before they were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a person said that a drawing shows. The one given last holds."""

    record_id: UUID
    text: str
    """Its digits from left to right, or empty for what is no digit."""
    given_by: str
    given_at_us: int
    """In microseconds since 1970."""

    @property
    def given_at(self) -> datetime:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=self.given_at_us)
