"""Stores the records of a process in groups, before their requests are answered.

A commit with its sync, or a round of messages to a cluster, costs about as much for many records as for one.
So the keeper's threads take all records that wait, as one group, and never wait for more. A record that the
store does not accept waits in the outbox.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, partial
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from history.records import Record, StorageOutcome
from history.statistics.counts import count
from history.statistics.metrics import counts_of
from history.stores import open_store
from history.stores.base import StoreUnavailable
from history.stores.circuit_breaker import CircuitOpen, circuit_breaker
from history.stores.outbox import open_outbox
from mnistsite.types import DomainError, Settable

logger = logging.getLogger(__name__)

GROUP_SIZE = 64

RECORD_CPU_S = 0.0001
"""Processor time that the keeper's thread spends on a record, about. Each request counts its own."""

WAIT_S = 10.0
"""A record that has waited longer for its turn is refused: its client has probably given up."""


class NotStored(DomainError):
    """The record is not on disk, so the response must not contain a result."""

    code = "not_stored"
    text = _("The drawing could not be saved. Please try again in a moment.")


class Waiting(NamedTuple):
    """A record to store."""

    record: Record
    outcome: Settable[StorageOutcome]
    since: float
    """On time.monotonic()."""


class Keeper:
    """Safe to call from any number of threads."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        for _number in range(open_store().groups_at_once):
            threading.Thread(target=self._run, name="keeper", daemon=True).start()

    def keep(self, record: Record, outcome: Settable[StorageOutcome]) -> None:
        """Store a record soon. The outcome may be NotStored, as an exception."""
        self._waiting.put(Waiting(record, outcome, time.monotonic()))

    @property
    def waiting(self) -> int:
        """The number of records that wait for their turn."""
        return self._waiting.qsize()

    def _run(self) -> None:
        while True:
            group = [self._waiting.get()]
            with suppress(queue.Empty):
                while len(group) < GROUP_SIZE:
                    group.append(self._waiting.get_nowait())
            _keep(group)
            del group  # Its drawings, until the next record comes.


def _keep(group: Sequence[Waiting]) -> None:
    """Store a group, and settle the outcome of each of its records."""
    latest = time.monotonic() - WAIT_S
    for waiting in group:
        if waiting.since < latest:
            waiting.outcome.set_exception(NotStored())
    group = [waiting for waiting in group if waiting.since >= latest]
    if not group:
        return
    try:
        outcomes = _store([waiting.record for waiting in group])
    except Exception as error:  # noqa: BLE001 -- the request that waits for the outcome gets the error instead
        if len(group) == 1:
            group[0].outcome.set_exception(error)
            return
        for waiting in group:  # Only one of the records may be the reason.
            _keep([waiting])
        return
    for waiting, outcome in zip(group, outcomes, strict=True):
        if isinstance(outcome, NotStored):
            waiting.outcome.set_exception(outcome)
            continue
        # Counted when it is accepted, and not again when the outbox delivers it.
        count(waiting.record.id, partial(counts_of, waiting.record))
        waiting.outcome.set_result(outcome)


def _store(records: Sequence[Record]) -> list[StorageOutcome | NotStored]:
    """Store records in the store, or else in the outbox."""
    outcomes: list[StorageOutcome | NotStored] = [StorageOutcome.STORED] * len(records)
    failed = {i: error for i, error in enumerate(_add_all(records)) if error is not None}
    if failed:
        queued = _queue([records[i] for i in failed], list(failed.values()))
        for i, outcome in zip(failed, queued, strict=True):
            outcomes[i] = outcome
    return outcomes


def _add_all(records: Sequence[Record]) -> list[StoreUnavailable | None]:
    """The errors of the store; those of the circuit breaker while the store does not answer."""
    errors: list[StoreUnavailable | None] = []
    try:
        with circuit_breaker().attempt():
            errors = open_store().add_all(records)
            failed = [error for error in errors if error is not None]
            if len(failed) == len(records):
                raise failed[0]  # The store has accepted nothing: the circuit breaker has to know.
    except StoreUnavailable as error:
        return errors or [error] * len(records)
    return errors


def _queue(
    records: Sequence[Record], reasons: Sequence[StoreUnavailable]
) -> list[StorageOutcome | NotStored]:
    """Put records into the outbox."""
    outbox = open_outbox()
    errors = outbox.add_all(records) if outbox else reasons
    outcomes: list[StorageOutcome | NotStored] = []
    for record, reason, error in zip(records, reasons, errors, strict=True):
        if error is not None:
            logger.error("Record %s was not stored", record.id, exc_info=error)
            refusal = NotStored()
            refusal.__cause__ = error
            outcomes.append(refusal)
            continue
        # A warning for each failed attempt, but not for each record while the circuit is open.
        level = logging.DEBUG if isinstance(reason, CircuitOpen) else logging.WARNING
        logger.log(level, "Record %s waits in the outbox: %s", record.id, reason)
        outcomes.append(StorageOutcome.QUEUED)
    return outcomes


@cache
def keeper() -> Keeper:
    """The process's one keeper, made when a record is first kept."""
    return Keeper()


# Threads do not survive a fork: a child makes a keeper of its own.
os.register_at_fork(after_in_child=keeper.cache_clear)
