"""`manage.py add_inputs`: give old records the network's inputs, by reading their drawings again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Literal

from django.core.management.base import BaseCommand, CommandError

from history.stores import open_store
from history.stores.base import HistoryStore, RecordNotFound, StoreUnavailable
from management.progress import bars
from recognizer.errors import BlankDrawing, Busy, DrawingTooLarge, NotAnImage, NotReady
from recognizer.services import read_drawing

PAGE = 100

Outcome = Literal["added", "present", "read differently"]


class Command(BaseCommand):
    help = (
        "Add the network's inputs to older records, which were stored without them. Exports of digits leave "
        "these records out. Each drawing is read again. You can stop the command and run it again."
    )

    def handle(self, **options: Any) -> None:
        counts: Counter[Outcome] = Counter()
        try:
            counts.update(bars(add_inputs(open_store()), total=None, description="Reading"))
        except (StoreUnavailable, Busy, NotReady) as error:
            raise CommandError(f"{error}. Run this again for the rest.") from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. Run this again for the rest.", returncode=130) from error
        self.stdout.write(
            f"Inputs were added to {counts['added']} records; {counts['present']} had them before. "
            f"{counts['read differently']} are now read differently, and stay without."
        )


def add_inputs(store: HistoryStore) -> Iterator[Outcome]:
    """Add the inputs of each record that lacks them, the oldest first, and yield what became of it.

    A record is given the inputs of today's network if that finds digits in the same boxes. Raises
    StoreUnavailable, and NotReady or Busy of recognizer.errors.
    """
    for summary in chain.from_iterable(store.pages(size=PAGE)):
        try:
            record = store.get(summary.id)
        except RecordNotFound:  # It was deleted just now.
            continue
        if record.inputs:
            yield "present"
            continue
        try:
            reading = read_drawing(record.drawing.content)
        except (NotAnImage, DrawingTooLarge, BlankDrawing):
            yield "read differently"
            continue
        if [digit.box for digit in reading.digits] == [digit.box for digit in record.digits]:
            store.put_inputs(replace(record, inputs=b"".join(reading.input_bytes)))
            yield "added"
        else:
            yield "read differently"
