"""The store in Apache Cassandra, at the consistency that settings ask for.

A record is written in two steps: its drawing, which nobody finds yet, and then one batch that puts it into
every list. So nobody sees a record without its drawing, whatever dies in between, and writing it again
finishes what was begun.
"""

import time
from typing import Any
from uuid import UUID

from history.identifiers import created_us, day_of
from history.records import Label, Record, Summary
from history.stores import rows
from history.stores.base import EVERYTHING, HistoryStore, RecordNotFound, Wanted
from history.stores.cassandra import models
from history.stores.cassandra.connection import ClusterConnection
from history.stores.cassandra.known_days import KnownDays
from history.stores.cassandra.lists import LATEST, lists_of, name_of, newest
from history.stores.cassandra.partitions import where
from history.stores.cassandra.requests import Entry, Requests, Row


class CassandraStore(HistoryStore):
    def __init__(self, database: dict[str, Any], *, timeout_s: float) -> None:
        """database: an entry of Django's DATABASES. timeout_s: what a call may take in all."""
        self._connection = ClusterConnection(database)
        self._timeout_s = timeout_s
        self._known_days = KnownDays()

    def add(self, record: Record) -> None:
        day, lists = day_of(record.id), lists_of(record)
        new_to = self._known_days.missing(map(name_of, lists), day)
        summary, written_us = {**where(record.id), **rows.of_summary(record)}, created_us(record.id)
        entries = [_entry(wanted, summary) for wanted in lists]
        entries += [(models.DayOfList, {"list": name, "day": day}) for name in new_to]
        requests = self._requests()
        drawing = {**where(record.id), **rows.of_drawing(record)}
        requests.write(models.Drawing, drawing, written_us=written_us)
        requests.write_together(entries, written_us=written_us)
        self._known_days.learn(new_to, day)

    def get(self, record_id: UUID) -> Record:
        requests = self._requests()
        listed = requests.send(requests.statements.one_listed, where(record_id))
        drawn = requests.send(requests.statements.one_drawing, where(record_id))
        # A deletion may have come between the two.
        if not (summary := listed.rows()) or not (drawing := drawn.rows()):
            raise RecordNotFound(record_id)
        return rows.to_record(record_id, {**summary[0], **drawing[0]})

    def newest(self, *, limit: int, before: UUID | None = None, wanted: Wanted = EVERYTHING) -> list[Summary]:
        return newest(self._requests(), wanted, limit=limit, before=before or LATEST)

    def put_label(self, label: Label) -> None:
        requests, found = self._requests(), where(label.record_id)
        if not (summary := requests.rows(requests.statements.one_listed, found)):
            raise RecordNotFound(label.record_id)
        current = self._label_row(requests, label.record_id)
        if current is not None and current["given_at_us"] > label.given_at_us:
            return
        row = {"label": label.text, "given_by": label.given_by, "given_at_us": label.given_at_us}
        wanted = Wanted(label=label.text)
        entries: list[Entry] = [
            (models.GivenLabel, {**found, **row}),
            (models.RecognitionByLabel, {**found, **summary[0], **row}),
            (models.DayOfList, {"list": name_of(wanted), "day": found["day"]}),
        ]
        changes = current is not None and current["label"] != label.text
        obsolete: list[Entry] = (
            [(models.RecognitionByLabel, {**found, **current})] if current and changes else []
        )
        requests.write_together(entries, obsolete=obsolete, written_us=label.given_at_us)

    def label(self, record_id: UUID) -> Label | None:
        row = self._label_row(self._requests(), record_id)
        if row is None:
            return None
        return Label(
            record_id=record_id, text=row["label"], given_by=row["given_by"], given_at_us=row["given_at_us"]
        )

    def delete(self, summary: Summary) -> None:
        requests, found = self._requests(), where(summary.id)
        label = self._label_row(requests, summary.id)
        row = {**found, **rows.of_summary(summary), **(label or {})}
        obsolete = [_entry(wanted, row) for wanted in lists_of(summary)]
        obsolete += [(models.Drawing, row), (models.GivenLabel, row)]
        obsolete += [(models.RecognitionByLabel, row)] if label else []
        # Later than whatever was written of it, also by a host whose clock is ahead: what is written again,
        # out of an outbox or for want of an answer, loses against it.
        written_us = max(
            time.time_ns() // 1000, created_us(summary.id) + 1, label["given_at_us"] + 1 if label else 0
        )
        requests.write_together([], obsolete=obsolete, written_us=written_us)

    def check(self) -> None:
        newest(self._requests(), EVERYTHING, limit=1, before=LATEST)

    def close(self) -> None:
        """Leave the cluster."""
        self._connection.close()

    def _requests(self) -> Requests:
        return Requests(self._connection, timeout_s=self._timeout_s)

    def _label_row(self, requests: Requests, record_id: UUID) -> Row | None:
        found = requests.rows(requests.statements.one_label, where(record_id))
        return found[0] if found else None


def _entry(wanted: Wanted, summary: Row) -> Entry:
    """A record's row for one of its lists."""
    if wanted.visitor is not None:
        return models.RecognitionByVisitor, summary
    if wanted.digit is not None:
        return models.RecognitionByDigit, {**summary, "digit": wanted.digit}
    return models.Recognition, summary
