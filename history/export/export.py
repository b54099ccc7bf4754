"""An export, from the selected records to the bytes of a file in one of the formats."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from django.utils.functional import Promise

from history.export.files import File, joined
from history.export.selection import Selection, selected
from history.export.zip_stream import zipped
from history.records import LabelledRecord, Record, Summary
from mnistsite.types import INPUT_SIZE, NON_DIGIT


class Reason(StrEnum):
    """Why an export leaves a record out."""

    UNLABELLED = "without a label"
    OTHER_COUNT = "whose label has a different number of digits than the result"
    NON_DIGIT = "labelled as not a digit, for which this format has no label"
    NO_INPUTS = "stored without the network's inputs, which add_inputs adds"


@dataclass(slots=True)
class ExportCounts:
    """How much has been read and written so far."""

    records: int = 0
    written: int = 0
    """Lines, digits or pictures."""
    skipped: Counter[Reason] = field(default_factory=Counter)
    """Number of records by reason."""


class Digit(NamedTuple):
    record: Record
    position: int
    """In the number, from 1."""
    label: int
    """0 to 9, or NON_DIGIT."""
    input: np.ndarray
    """(28, 28) uint8, ink 255 and paper 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSource:
    """The input of a format: records with their labels, or their digits."""

    selected: Iterable[LabelledRecord[Record]]
    answers: bool
    """Whether to use the result in place of a missing label."""
    counts: ExportCounts

    def records(self) -> Iterator[LabelledRecord[Record]]:
        for each in self.selected:
            self.counts.records += 1
            yield each

    def truth(self, each: LabelledRecord[Record]) -> str | None:
        """The label: digits, or empty for a non-digit; None if the drawing has no label."""
        if each.label:
            return each.label.text
        return result_as_label(each.record) if self.answers else None

    def known(self) -> Iterator[tuple[Record, str]]:
        """The records that have a label, each with its label's text."""
        for each in self.records():
            truth = self.truth(each)
            if truth is None:
                self.skip(Reason.UNLABELLED)
            else:
                yield each.record, truth

    def digits(self, *, none_has_a_label: bool = True) -> Iterator[Digit]:
        """Each digit with the network's input."""
        for record, truth in self.known():
            if truth or none_has_a_label:
                yield from self.digits_of(record, truth)
            else:
                self.skip(Reason.NON_DIGIT)

    def digits_of(self, record: Record, truth: str) -> Iterator[Digit]:
        """The digits of a record; empty if its label has another number of digits, or if it has no inputs."""
        labels = [int(character) for character in truth] or [NON_DIGIT] * len(record.digits)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    title: str | Promise
    """Shown in the admin."""
    files: Callable[[ExportSource], Iterator[File]]
    filename: str
    """The name of the streamed file."""
    items: str
    """The noun for what the export counts, such as digits."""
    media_type: str = "application/zip"
    is_folder: bool = False
    """Whether the export consists of several files, which are streamed as one archive."""
    trains: bool = True
    """Whether it pairs each drawing with one label, as training needs; otherwise lists label and result."""


Watch = Callable[[Iterable[LabelledRecord[Record]]], Iterable[LabelledRecord[Record]]]
"""Passes records through; may count them, or raise to stop the export."""


class Export:
    """One export, to be read once: either as its files, or as the bytes of a single file.

    Reads records only as the caller consumes it. Reading raises StoreUnavailable.
    """

    def __init__(
        self, *, selection: Selection, form: Format, answers: bool = False, watch: Watch = lambda items: items
    ) -> None:
        """answers: use the result in place of a missing label."""
        self.form, self.counts = form, ExportCounts()
        self._source = ExportSource(selected=watch(selected(selection)), answers=answers, counts=self.counts)

    def files(self) -> Iterator[File]:
        """The files of the export. Read each to its end before you ask for the next one."""
        return self.form.files(self._source)

    def stream(self) -> Iterator[bytes]:
        """A single file, in bounded memory: an archive if the export has several files."""
        if self.form.is_folder:
            yield from joined(zipped(self.files()))
        else:
            for file in self.files():
                yield from file.chunks


def result_as_label(summary: Summary) -> str:
    """The result in the form of a label."""
    return summary.text if summary.accepted else ""


def writer_of(summary: Summary) -> str:
    """A pseudonym of the visitor, always the same, which does not reveal the visitor's token."""
    return sha256(summary.visitor.encode()).hexdigest()[:12] if summary.visitor else ""
