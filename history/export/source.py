"""What a format reads: records with the truth about them, or their digits, and a tally of both."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from history.export.selection import Chosen
from history.records import Record, Summary
from mnistsite.types import INPUT_SIZE

NO_DIGIT = -1
"""The label of what is no digit."""


class Reason(StrEnum):
    """Why a record is left out."""

    UNLABELLED = "without a label"
    OTHER_COUNT = "whose label has another number of digits than were found"
    NO_DIGIT = "labelled as no digit, for which this format has no label"
    NO_INPUTS = "from before the network's inputs were kept, which add_inputs adds"


@dataclass(slots=True)
class ExportCounts:
    """What was read and written so far."""

    records: int = 0
    written: int = 0
    """Lines, digits or pictures."""
    skipped: Counter[Reason] = field(default_factory=Counter)
    """Records, by the reason."""


class Digit(NamedTuple):
    record: Record
    position: int
    """In its number, counted from 1."""
    label: int
    """0 to 9, or NO_DIGIT."""
    input: np.ndarray
    """(28, 28) uint8, ink 255 and paper 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSource:
    chosen: Iterable[Chosen]
    answers: bool
    """Whether the network's own answer stands for a label that nobody has given."""
    counts: ExportCounts

    def records(self) -> Iterator[Chosen]:
        for each in self.chosen:
            self.counts.records += 1
            yield each

    def truth(self, each: Chosen) -> str | None:
        """What a drawing shows: digits, or empty for what is no digit; None where nobody knows."""
        if each.label:
            return each.label.text
        return answer_of(each.record) if self.answers else None

    def known(self) -> Iterator[tuple[Record, str]]:
        """Records with the truth about them."""
        for each in self.records():
            truth = self.truth(each)
            if truth is None:
                self.skip(Reason.UNLABELLED)
            else:
                yield each.record, truth

    def digits(self, *, none_has_a_label: bool = True) -> Iterator[Digit]:
        """Each digit as the network saw it."""
        for record, truth in self.known():
            if truth or none_has_a_label:
                yield from self.digits_of(record, truth)
            else:
                self.skip(Reason.NO_DIGIT)

    def digits_of(self, record: Record, truth: str) -> Iterator[Digit]:
        """The digits of a record, or nothing where its label does not say which is which."""
        labels = [int(character) for character in truth] or [NO_DIGIT] * len(record.digits)
        if len(labels) != len(record.digits):
            self.skip(Reason.OTHER_COUNT)
            return
        if not record.inputs:
            self.skip(Reason.NO_INPUTS)
            return
        inputs = np.frombuffer(record.inputs, np.uint8).reshape(-1, INPUT_SIZE, INPUT_SIZE)
        for position, (label, seen) in enumerate(zip(labels, inputs, strict=True), start=1):
            self.counts.written += 1
            yield Digit(record, position, label, seen)

    def skip(self, reason: Reason) -> None:
        self.counts.skipped[reason] += 1


def answer_of(summary: Summary) -> str:
    """The network's answer in the form of a label."""
    return summary.text if summary.accepted else ""


def writer_of(summary: Summary) -> str:
    """A name for who drew it, the same for the same visitor, that does not give the visitor's token away."""
    return sha256(summary.visitor.encode()).hexdigest()[:12] if summary.visitor else ""
