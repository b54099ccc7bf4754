"""The store in Apache Cassandra, at the consistency in the settings.

The store writes a record in two steps: first its drawing, which no list shows yet, then one batch that adds
the record to every list. So a record never appears without its drawing, even after a crash, and writing the
record again completes it.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from history.filters import (
    EVERYTHING,
    ListFilter,
    label_list_keys,
    label_list_values,
    list_keys,
)
from history.ids import created_us, day_of
from history.records import Label, Record, Share, Summary
from history.stores import rows
from history.stores.base import Deleted, HistoryStore, RecordNotFound, Refused, StoreUnavailable
from history.stores.cassandra import tables
from history.stores.cassandra.connection import ClusterConnection
from history.stores.cassandra.entries import KnownDays, day_entries, drawing_entry, list_entries
from history.stores.cassandra.group import Group
from history.stores.cassandra.lists import read_list
from history.stores.cassandra.purging import purge
from history.stores.cassandra.requests import Entry, Requests
from history.stores.cassandra.statements import NEWEST_FIRST, OLDEST_FIRST
from history.stores.cassandra.tables import month_of, months_between, partition_key
from history.stores.deletions import day_sha256, record_sha256

AT_ONCE = 64
"""Number of records that are on their way at once."""

LAST_EXPIRY_S = 2**31 - 366 * 86_400
"""A year before the last moment, in 2038, at which Cassandra 4 lets a row expire: its clock may be ahead."""


class CassandraStore(HistoryStore):
    groups_at_once = 2

    def __init__(self, database: dict[str, Any], *, timeout_s: float, remember_days: int = 30) -> None:
        """database: an entry of Django's DATABASES. timeout_s: time limit of a whole call.

        remember_days: how long the store remembers deletions, so that no backup brings records back.
        """
        self._connection = ClusterConnection(database)
        self._timeout_s = timeout_s
        self._remember_s = remember_days * 86_400
        self._known_days = KnownDays()

    def add_all(self, records: Sequence[Record]) -> list[StoreUnavailable | None]:
        try:
            requests = self._requests()
        except StoreUnavailable as error:
            return [error] * len(records)
        errors: list[StoreUnavailable | None] = []
        for start in range(0, len(records), AT_ONCE):
            errors += Group(requests, self._known_days).store(records[start : start + AT_ONCE])
        return errors

    def get(self, record_id: UUID) -> Record:
        requests, found = self._requests(), partition_key(record_id)
        key = {**found, "ids": [record_id]}
        listed = requests.send(requests.statements.summaries, key)
        drawn = requests.send(requests.statements.drawings, key)
        # The record may have been deleted between the two queries.
        if not (summary := listed.rows()) or not (drawing := drawn.rows()):
            raise RecordNotFound(record_id)
        return rows.to_record(record_id, {**summary[0], **drawing[0]})

    def put_inputs(self, record: Record) -> None:
        # With the record's own time: if the record was deleted, the deletion is later and prevails.
        self._requests().write(*drawing_entry(record), written_us=created_us(record.id))

    def newest(
        self, *, limit: int, before: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        return read_list(self._requests(), list_filter, NEWEST_FIRST, limit=limit, start=before)

    def oldest(
        self, *, limit: int, after: UUID | None = None, list_filter: ListFilter = EVERYTHING
    ) -> list[Summary]:
        return read_list(self._requests(), list_filter, OLDEST_FIRST, limit=limit, start=after)

    def values(self, criterion: str, *, limit: int) -> list[str]:
        requests = self._requests()
        found = requests.rows(requests.statements.values, {"kind": criterion, "count": limit})
        return [row["value"] for row in found]

    def put_label(self, label: Label) -> Label | None:
        requests, found = self._requests(), partition_key(label.record_id)
        stored = requests.by_id(requests.statements.summaries, [label.record_id])
        if not stored:
            raise RecordNotFound(label.record_id)
        summary = rows.to_summary(label.record_id, stored[label.record_id])
        current = self._label(requests, label.record_id)
        if current is not None and current.given_at_us > label.given_at_us:
            return current
        names = label_list_keys(summary, label.text)
        entries: list[Entry] = [
            (tables.Labels, {**found, **rows.from_label(label)}),
            *list_entries(names, summary.id),
            *day_entries(names, label_list_values(summary, label.text), found["day"]),
        ]
        before = label_list_keys(summary, current.text) if current else []
        obsolete = list_entries([name for name in before if name not in names], summary.id)
        requests.write_batch(entries, obsolete=obsolete, written_us=label.given_at_us)
        return current

    def labels(self, record_ids: Sequence[UUID]) -> dict[UUID, Label]:
        requests = self._requests()
        found = requests.by_id(requests.statements.labels, record_ids)
        return {record_id: rows.to_label(record_id, row) for record_id, row in found.items()}

    def put_share(self, share: Share) -> None:
        requests = self._requests()
        if not requests.by_id(requests.statements.summaries, [share.record_id]):
            raise RecordNotFound(share.record_id)
        row = {**partition_key(share.record_id), **rows.from_share(share)}
        requests.write(tables.Shares, row, written_us=share.changed_at_us)

    def share(self, record_id: UUID) -> Share | None:
        return self._share(self._requests(), record_id)

    def delete(self, summary: Summary) -> Deleted | None:
        requests, found = self._requests(), partition_key(summary.id)
        was_there = requests.by_id(requests.statements.summaries, [summary.id])
        label, share = self._label(requests, summary.id), self._share(requests, summary.id)
        names = list_keys(summary) + (label_list_keys(summary, label.text) if label else [])
        obsolete = [*((table, found) for table in tables.OF_RECORDS), *list_entries(names, summary.id)]
        # Later than every write of the record, even by a host whose clock is ahead, so that the deletion
        # prevails over repeated writes and over deliveries from an outbox.
        written_us = max(
            time.time_ns() // 1000,
            created_us(summary.id) + 1,
            label.given_at_us + 1 if label else 0,
            share.changed_at_us + 1 if share else 0,
        )
        # Remembered before: a deletion that stops in between leaves the record, so it can be repeated.
        self._remember(requests, day_of(summary.id), record_sha256(summary.id), written_us)
        requests.write_batch([], obsolete=obsolete, written_us=written_us)
        return Deleted(label) if was_there else None

    def deleted(self, record_ids: Sequence[UUID]) -> set[UUID]:
        requests, by_day = self._requests(), defaultdict[date, list[UUID]](list)
        for record_id in record_ids:
            by_day[day_of(record_id)].append(record_id)
        pending = []
        for day, ids in by_day.items():
            wanted = [day_sha256(day), *map(record_sha256, ids)]
            values = {"day_sha256": day_sha256(day), "sha256s": wanted}
            pending.append(requests.send(requests.statements.remembered, values))
        remembered = {row["sha256"] for response in pending for row in response.rows()}
        deleted = {each for each in record_ids if record_sha256(each) in remembered}
        of_purged_days = {each for each in record_ids if day_sha256(day_of(each)) in remembered}
        present = requests.by_id(requests.statements.summaries, of_purged_days)
        return deleted | of_purged_days.difference(present)

    def purge(self, day: date) -> None:
        requests = self._requests()
        # Its tombstones cover every record of the day, also one that would be made later.
        today = requests.rows(requests.statements.now, {})[0]["now"].date()
        if day >= today:
            raise Refused(f"{day} is not over: by Cassandra's clock, it is {today}")
        self._remember(requests, day, day_sha256(day), time.time_ns() // 1000)
        purge(self._requests, day)

    def put_statistics(self, day: date, source: str, content: str) -> None:
        row = {"month": month_of(day), "day": day, "source": source, "content": content}
        self._requests().write(tables.Statistics, row, written_us=time.time_ns() // 1000)

    def statistics(self, first: date, last: date) -> list[tuple[date, str, str]]:
        requests = self._requests()
        values = {"months": months_between(first, last), "first": first, "last": last}
        found = requests.rows(requests.statements.statistics, values)
        return sorted((row["day"].date(), row["source"], row["content"]) for row in found)

    def check(self) -> None:
        self.newest(limit=1)

    def close(self) -> None:
        """Disconnect from the cluster."""
        self._connection.close()

    def _remember(self, requests: Requests, day: date, sha256: bytes, written_us: int) -> None:
        if not self._remember_s:
            return
        # A row without an end is better than none: Cassandra refuses an expiry after LAST_EXPIRY_S.
        ttl_s = self._remember_s if time.time() + self._remember_s < LAST_EXPIRY_S else 0
        values = {"day_sha256": day_sha256(day), "sha256": sha256, "written_us": written_us, "ttl_s": ttl_s}
        requests.rows(requests.statements.remember, values)

    def _requests(self) -> Requests:
        return Requests(self._connection, timeout_s=self._timeout_s)

    def _label(self, requests: Requests, record_id: UUID) -> Label | None:
        row = requests.by_id(requests.statements.labels, [record_id]).get(record_id)
        return rows.to_label(record_id, row) if row else None

    def _share(self, requests: Requests, record_id: UUID) -> Share | None:
        row = requests.by_id(requests.statements.shares, [record_id]).get(record_id)
        return rows.to_share(record_id, row) if row else None
