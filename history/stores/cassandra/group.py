"""Storing a group of records, all on their way at once, without a thread for each."""

import threading
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from cassandra.query import Statement

from history.filters import EVERYTHING, list_keys, list_values
from history.ids import created_us, day_of
from history.records import Record
from history.stores.base import StoreUnavailable
from history.stores.cassandra.entries import KnownDays, day_entries, drawing_entry, record_entries
from history.stores.cassandra.requests import NOT_IN_TIME, Requests


class _Addition(NamedTuple):
    """A record's two statements, of which the second is sent when the first has been acknowledged.

    So no list ever shows a record without its drawing.
    """

    record: Record
    drawing: Statement
    lists: Statement
    new_to: list[str]
    """The lists that get an entry for the record's day."""


class Group:
    """The driver's thread sends the lists of each record as soon as its drawing is stored.

    A record that waits for a slow node does not delay the others.
    """

    def __init__(self, requests: Requests, known_days: KnownDays) -> None:
        self._requests, self._known_days = requests, known_days
        self._drawings_sent: dict[int, _Addition] = {}
        self._errors: dict[int, StoreUnavailable | None] = {}
        self._size = 0
        self._is_complete = threading.Event()

    def store(self, records: Sequence[Record]) -> list[StoreUnavailable | None]:
        """Store records. Returns the error of each record, or None, at the deadline of the requests at last.

        Raises ValueError or TypeError before anything is sent if a record cannot be stored at all.
        """
        self._drawings_sent = {i: self._addition(record) for i, record in enumerate(records)}
        self._size = len(records)
        for i, addition in list(self._drawings_sent.items()):
            self._requests.submit(addition.drawing, partial(self._on_drawing, i))
        self._is_complete.wait(max(0, self._requests.left_s))
        return [self._errors.get(i, StoreUnavailable(NOT_IN_TIME)) for i in range(self._size)]

    def _addition(self, record: Record) -> _Addition:
        day, written_us = day_of(record.id), created_us(record.id)
        new_to = self._known_days.missing([EVERYTHING.key, *list_keys(record)], day)
        entries = [*record_entries(record), *day_entries(new_to, list_values(record), day)]
        return _Addition(
            record,
            drawing=self._requests.insert(*drawing_entry(record), written_us=written_us),
            lists=self._requests.batch(entries, written_us=written_us),
            new_to=new_to,
        )

    def _on_drawing(self, i: int, error: StoreUnavailable | None) -> None:
        # Only the first response counts.
        if (addition := self._drawings_sent.pop(i, None)) is None:
            return
        if error is not None:
            self._settle(i, error)
        else:
            self._requests.submit(addition.lists, partial(self._on_lists, i, addition))

    def _on_lists(self, i: int, addition: _Addition, error: StoreUnavailable | None) -> None:
        if error is None:
            self._known_days.learn(addition.new_to, day_of(addition.record.id))
        self._settle(i, error)

    def _settle(self, i: int, error: StoreUnavailable | None) -> None:
        self._errors.setdefault(i, error)
        if len(self._errors) == self._size:
            self._is_complete.set()
