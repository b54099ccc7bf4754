"""The types that all apps share: drawings, predictions and errors. Imports nothing from the project."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

DIGITS = 10

NON_DIGIT, NON_DIGIT_NAME = -1, "none"
"""How a non-digit is labelled among the digits 0 to 9, and its name in files, commands and counts."""

INPUT_SIZE = 28
"""Side of the network's input, a square of ink, in pixels."""

Stroke = list[list[float]]
"""[[x…], [y…], [t…], [pressure…], [width…]], the form of Quick, Draw!, extended by pressure and width.

x, y and the line's width in pixels of the drawing, t in ms since the drawing's first point, pressure from 0
to 1. Trailing lists may be omitted, except x and y.
"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as it was received."""

    content: bytes
    media_type: str
    """image/png or image/jpeg, according to the content, not to the client."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the drawing; the origin is the upper left corner."""

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
        """Its rows and columns, as an index into an image's array."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    @classmethod
    def around(cls, boxes: "Iterable[Box]") -> "Box":
        """The smallest box around one or more boxes."""
        corners = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
        left, top, right, bottom = zip(*corners, strict=True)
        x, y = min(left), min(top)
        return cls(x=x, y=y, width=max(right) - x, height=max(bottom) - y)


@dataclass(frozen=True, slots=True)
class FoundDigit:
    """A digit found in a drawing, with its position."""

    digit: int
    probabilities: tuple[float, ...]
    """Ten, for 0 to 9."""
    box: Box
    score: float | None = None
    """A higher score means that it is more likely to be a digit; comparable between records of one model.

    None in records from before the network had scores.
    """
    accepted: bool = True
    """False for a probable non-digit, according to the score."""

    @property
    def probability(self) -> float:
        return self.probabilities[self.digit]

    @property
    def second_guess(self) -> int:
        """The digit with the second highest probability."""
        return max((d for d in range(DIGITS) if d != self.digit), key=self.probabilities.__getitem__)

    @property
    def second_probability(self) -> float:
        return self.probabilities[self.second_guess]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The result of reading a drawing, stored or not."""

    digits: tuple[FoundDigit, ...]
    """At least one, from left to right."""
    model: str
    """Version of the network's parameters."""
    latency_ms: float
    """From the decoding of the drawing to the network's result."""

    @property
    def predict(self) -> int:
        """The digits read as one number."""
        return int(self.text)

    @property
    def text(self) -> str:
        """The digits from left to right, with leading zeros."""
        return "".join(str(found.digit) for found in self.digits)

    @property
    def accepted(self) -> bool:
        """Whether all digits are accepted."""
        return all(found.accepted for found in self.digits)

    @property
    def score(self) -> float | None:
        """The lowest score of its digits; None without scores."""
        scores = [found.score for found in self.digits if found.score is not None]
        return min(scores, default=None)

    @property
    def probability(self) -> float:
        """The lowest probability of its digits."""
        return min(found.probability for found in self.digits)

    def agrees_with(self, label: str) -> bool:
        """Whether a label, empty for a non-digit, agrees with the result."""
        return label == self.text or (not label and not self.accepted)


Result_contra = TypeVar("Result_contra", contravariant=True)


class Settable(Protocol[Result_contra]):
    """Where a thread puts a result that others wait for, such as a Future."""

    def set_result(self, result: Result_contra, /) -> None: ...

    def set_exception(self, exception: BaseException, /) -> None: ...


class DomainError(Exception):
    """An error of the site's domain; mnistsite.errors turns it into a response."""

    code: ClassVar[str]
    """Stable, and for programs."""
    text: ClassVar[Any]
    """For people, lazily translated, with a placeholder for each value."""

    def __init__(self, **values: int) -> None:
        super().__init__()
        self._values = {name: f"{value:,}" for name, value in values.items()}

    def __str__(self) -> str:
        return str(self.text).format(**self._values)
