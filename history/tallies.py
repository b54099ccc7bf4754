"""What can be added up of a day's records, so that nobody has to count them when it is asked for.

A tally is counts under names. Those of one day add up, whoever counted them and in which order, and what is
deleted is taken off again.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mnistsite.types import Prediction

ACCURACY = 0.05
"""How far a quantile of the latency may be off, relatively."""

GROWTH = (1 + ACCURACY) / (1 - ACCURACY)
"""From one bucket's bound to the next one's.

Source: Masson, Rim, Lee, "DDSketch", 2019, section 2.1.
"""

SHORTEST_MS = 0.01
MILLION = 1_000_000
"""Probabilities are added up in millionths: whole numbers leave nothing when they are taken off again."""

NO_DIGIT = "none"
"""In the place of a digit: what people say is none, or the network did not accept as one."""


@dataclass(frozen=True, slots=True)
class Tally:
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Prediction) -> "Tally":
        """One record's."""
        counts = Counter(f"digit {found.digit}" for found in answer.digits)
        counts["drawings"] = 1
        counts["probability"] = round(answer.probability * MILLION)
        counts[f"latency {_bucket(answer.latency_ms)}"] = 1
        return cls(counts)

    @classmethod
    def of_label(cls, answer: Prediction, text: str) -> "Tally":
        """What a label adds to that."""
        counts = Counter(f"label {label} {read}" for label, read in _pairs(answer, text))
        counts["labelled"] = 1
        counts["agreeing"] = int(answer.agrees_with(text))
        return cls(counts)

    @classmethod
    def total(cls, tallies: Iterable["Tally"]) -> "Tally":
        counts: Counter[str] = Counter()
        for tally in tallies:
            counts.update(tally.counts)
        return cls({name: count for name, count in counts.items() if count})

    @classmethod
    def from_json(cls, content: str) -> "Tally":
        return cls(json.loads(content))

    def to_json(self) -> str:
        return json.dumps(self.counts, separators=(",", ":"), sort_keys=True)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally.total([self, other])

    def __sub__(self, other: "Tally") -> "Tally":
        return self + Tally({name: -count for name, count in other.counts.items()})

    @property
    def drawings(self) -> int:
        return self._count("drawings")

    @property
    def digits(self) -> list[int]:
        """How often each digit was found, from 0 to 9."""
        return [self._count(f"digit {digit}") for digit in range(10)]

    @property
    def mean_probability(self) -> float | None:
        return self._count("probability") / MILLION / self.drawings if self.drawings else None

    @property
    def labelled(self) -> int:
        return self._count("labelled")

    @property
    def agreement(self) -> float | None:
        """The share of the labels that say what the network did."""
        return self._count("agreeing") / self.labelled if self.labelled else None

    def read(self, label: str, digit: str) -> int:
        """How often a digit (or NO_DIGIT) was read where a label has another, or the same.

        Numbers count, digit by digit, where both have as many.
        """
        return self._count(f"label {label} {digit}")

    def latency_ms(self, share: float) -> float | None:
        """What this share of the answers took at most, within ACCURACY."""
        buckets = sorted(
            (int(name.removeprefix("latency ")), self._count(name))
            for name in self.counts
            if name.startswith("latency ")
        )
        rank = share * (sum(count for _, count in buckets) - 1)
        for bucket, count in buckets:
            rank -= count
            if rank < 0:
                return 2 * GROWTH**bucket / (GROWTH + 1)
        return None

    def _count(self, name: str) -> int:
        """At least 0: a count is negative briefly when a decrement arrives before its increment."""
        return max(0, self.counts.get(name, 0))


def _bucket(latency_ms: float) -> int:
    return math.ceil(math.log(max(latency_ms, SHORTEST_MS), GROWTH))


def _pairs(answer: Prediction, text: str) -> Iterator[tuple[str, str]]:
    if not text:
        yield from ((NO_DIGIT, read) for read in (answer.text if answer.accepted else [NO_DIGIT]))
    elif len(text) == len(answer.digits):
        yield from zip(text, answer.text, strict=True)
