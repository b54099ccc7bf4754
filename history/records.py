"""What is kept of one recognition: immutable, under a time-based UUID."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from history.identifiers import created_at

Stroke = list[list[float]]
"""[[x…], [y…], [t…], [pressure…], [width…]], the form that Quick, Draw! made common, with more added; all but
the first two may be left out.

x, y and the line's width in pixels of the drawing, t in ms since the drawing's first point, pressure from 0
to 1.
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the drawing, its origin the upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FoundDigit:
    """A digit that was found in a drawing, and where."""

    digit: int
    probabilities: tuple[float, ...]
    """Ten, for 0 to 9."""
    box: Box
    score: float | None = None
    """The higher, the more surely it is a digit at all; comparable between records of one model. None for a
    record from before there was one."""
    accepted: bool = True
    """Whether the score was that of a digit."""

    @property
    def probability(self) -> float:
        return self.probabilities[self.digit]

    @property
    def second_guess(self) -> int:
        """The digit that it would be if it were not the one it was read as."""
        return max((d for d in range(10) if d != self.digit), key=self.probabilities.__getitem__)

    @property
    def second_probability(self) -> float:
        return self.probabilities[self.second_guess]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was read in a drawing, kept or not."""

    digits: tuple[FoundDigit, ...]
    """At least one, from left to right."""
    model: str
    """Version of the parameters that answered."""
    latency_ms: float
    """From the decoding of the drawing to the network's answer."""

    @property
    def predict(self) -> int:
        """The digits read as one number."""
        return int(self.text)

    @property
    def text(self) -> str:
        """The digits as they are read, with any leading zeros."""
        return "".join(str(found.digit) for found in self.digits)

    @property
    def accepted(self) -> bool:
        """Whether everything that was found counts as a digit."""
        return all(found.accepted for found in self.digits)

    @property
    def score(self) -> float | None:
        """How surely it is digits that were drawn: as surely as the least sure one."""
        scores = [found.score for found in self.digits if found.score is not None]
        return min(scores, default=None)

    @property
    def probability(self) -> float:
        """How sure the answer is: as sure as its least sure digit."""
        return min(found.probability for found in self.digits)

    def agrees_with(self, label: str) -> bool:
        """Whether a label, empty for what is no digit, says the same as the network did."""
        return label == self.text or (not label and not self.accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Answer):
    """What a list shows of a record: all but the drawing itself."""

    id: UUID
    visitor: str
    """Who drew it: a random token kept in the visitor's session, or empty for a client without one."""
    origin: str
    """The page of this site, or of an allowed one, that it came from; empty for any other client."""

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as it was received."""

    content: bytes
    media_type: str
    """image/png or image/jpeg, as found in the content and not as claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Summary):
    """The whole of what is kept."""

    drawing: Drawing
    strokes: tuple[Stroke, ...] = ()
    """As the client drew it; empty where it sent a picture alone."""


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
