"""What all apps speak of: drawings, digits that were read in them, and what goes wrong. Imports nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

DIGITS = 10

INPUT_SIZE = 28
"""Side of the network's input, a square of ink, in pixels."""

Stroke = list[list[float]]
"""[[x…], [y…], [t…], [pressure…], [width…]], the form that Quick, Draw! made common, with more added; all but
the first two may be left out.

x, y and the line's width in pixels of the drawing, t in ms since the drawing's first point, pressure from 0
to 1.
"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as it was received."""

    content: bytes
    media_type: str
    """image/png or image/jpeg, as found in the content and not as claimed."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the drawing, its origin the upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """In pixels."""
        return self.width * self.height

    @property
    def window(self) -> tuple[slice, slice]:
        """Its rows and columns, as an index of an image's array."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    @classmethod
    def around(cls, boxes: "Iterable[Box]") -> "Box":
        """The smallest box around others, of which there is one at least."""
        corners = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
        left, top, right, bottom = zip(*corners, strict=True)
        x, y = min(left), min(top)
        return cls(x=x, y=y, width=max(right) - x, height=max(bottom) - y)


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
class Prediction:
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


class DomainError(Exception):
    """What goes wrong in the site's own terms; mnistsite.errors makes it an answer."""

    code: ClassVar[str]
    """Stable, and for programs."""
    text: ClassVar[Any]
    """For people, lazily translated, with a placeholder for each of the values."""

    def __init__(self, **values: int) -> None:
        super().__init__()
        self._values = {name: f"{value:,}" for name, value in values.items()}

    def __str__(self) -> str:
        return str(self.text).format(**self._values)
