"""The scales of plots."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from values to pixels."""

    low: float
    high: float
    start: float
    """The position of `low`, in pixels."""
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def round_above(value: float) -> float:
    """The next round number, for the upper end of an axis."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in STEPS if step * power >= value)


def share_below(shares: list[float]) -> float:
    """The lower end of an axis of shares: a multiple of 0.1 below the lowest share, and at most 0.9."""
    return max(0.0, min(0.9, math.floor(min(shares, default=1.0) * 10) / 10))
