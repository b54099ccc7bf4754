"""Functions that change the history."""

import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from history.audit import audited
from history.keeper import RECORD_CPU_S, keeper
from history.models import AuditEntry
from history.permissions import Viewer
from history.records import STOPPED_US, Label, Record, Share, StorageOutcome
from history.selectors import own_page, record_for
from history.statistics.counts import Counts, count
from history.statistics.metrics import counts_of, counts_of_label
from history.stores import open_store
from history.stores.base import RecordNotFound, StoreUnavailable
from history.stores.outbox import open_outbox
from mnistsite import cpu_time
from mnistsite.types import DomainError

logger = logging.getLogger(__name__)

DELETION_TIME_S = 15.0
"""How long one request may delete a visitor's drawings. Another request continues."""

DAY_US = 86_400_000_000

MAX_SHARE_DAYS = 3650


class LabelNotSaved(DomainError):
    """The store did not accept the label, or does not have the record yet."""

    code = "label_not_kept"
    text = _("The correction could not be saved. Please try again in a moment.")


class NotShared(DomainError):
    """The store did not accept the share, or does not have the record yet."""

    code = "not_shared"
    text = _("Sharing could not be changed. Please try again in a moment.")


class NotDeleted(DomainError):
    """The store did not accept the deletion, which may be repeated."""

    code = "not_deleted"
    text = _("The drawing could not be deleted. Please try again in a moment.")


class SomeNotDeleted(NotDeleted):
    text = _("Not all drawings are deleted yet. Please try again in a moment.")


def keep_record(new: Record) -> StorageOutcome:
    """Store a record before the response is sent. Raises NotStored."""
    cpu_time.add(RECORD_CPU_S)
    outcome: Future[StorageOutcome] = Future()
    keeper().keep(new, outcome)
    return outcome.result()


def give_label(viewer: Viewer, record_id: UUID, text: str) -> Label:
    """Label a drawing with its digits, or with an empty text for a non-digit.

    A later label replaces an earlier one, also one with a time in the future. Raises RecordNotFound, also if
    the viewer may not label the record, and LabelNotSaved; a record in the outbox cannot be labelled until it
    is in the store.
    """
    found = record_for(viewer, record_id)
    if not viewer.may_label(found):
        raise RecordNotFound(record_id)
    now_us = time.time_ns() // 1000
    try:
        former = open_store().label(record_id)
        label = Label(
            record_id=record_id,
            text=text,
            given_by=viewer.name or "visitor",
            # The clock may have been ahead.
            given_at_us=max(now_us, former.given_at_us + 1) if former else now_us,
        )
        before = open_store().put_label(label)
    except (StoreUnavailable, RecordNotFound) as error:
        logger.warning("The label of record %s was not saved: %s", record_id, error)
        raise LabelNotSaved from error
    if before is not None and before.given_at_us > label.given_at_us:
        return before
    count(record_id, lambda: counts_of_label(found, text) - _label_counts(found, before))
    return label


def share_drawing(viewer: Viewer, record_id: UUID, *, days: int | None) -> Share:
    """Let anyone with its link see a drawing, for a number of days from now or without an end.

    Each time the drawing gets another link, and former ones end: a change that is made at the same time can
    open none of them again. Returns the share that is in force. Raises RecordNotFound, also if the viewer may
    not share the record, and NotShared; a record in the outbox cannot be shared until it is in the store.
    """
    until_us = None if days is None else time.time_ns() // 1000 + days * DAY_US
    with audited(AuditEntry.Action.SHARED, by=viewer) as entry:
        found, share = _put_share(viewer, record_id, key=secrets.token_urlsafe(16), until_us=until_us)
        if share is None or share.has_ended:  # Somebody has stopped sharing or deleted the drawing meanwhile.
            raise NotShared
        entry.drawings = _of_others(viewer, found)
    logger.info("Record %s is shared, by %s", record_id, viewer.name or "its visitor")
    return share


def stop_sharing(viewer: Viewer, record_id: UUID) -> None:
    """End every link to a drawing. Raises the same errors."""
    _put_share(viewer, record_id, key="", until_us=STOPPED_US)
    logger.info("Record %s is no longer shared, by %s", record_id, viewer.name or "its visitor")


def _put_share(
    viewer: Viewer, record_id: UUID, *, key: str, until_us: int | None
) -> tuple[Record, Share | None]:
    """Change a share. Returns the record, and the share that is in force now."""
    found = record_for(viewer, record_id)
    if not viewer.may_share(found):
        raise RecordNotFound(record_id)
    now_us, store = time.time_ns() // 1000, open_store()
    try:
        before = store.share(record_id) or Share(record_id=record_id)
        changed_at_us = max(now_us, before.changed_at_us + 1)  # The clock may have been ahead.
        store.put_share(Share(record_id=record_id, key=key, until_us=until_us, changed_at_us=changed_at_us))
        return found, store.share(record_id)
    except (StoreUnavailable, RecordNotFound) as error:
        logger.warning("The sharing of record %s was not changed: %s", record_id, error)
        raise NotShared from error


def delete(viewer: Viewer, record_id: UUID) -> None:
    """Permanently delete a record with its drawing and its label.

    Raises RecordNotFound, also if the viewer may not delete the record, and NotDeleted.
    """
    with audited(AuditEntry.Action.DELETED, by=viewer) as entry:
        found = _delete(viewer, record_id)
        entry.drawings = _of_others(viewer, found)


def _delete(viewer: Viewer, record_id: UUID) -> Record:
    found = record_for(viewer, record_id)
    if not viewer.may_delete(found):
        raise RecordNotFound(record_id)
    try:
        # The store first: if the outbox delivers the record now, the deletion is later and prevails.
        stored, outbox = open_store().delete(found), open_outbox()
        waiting = outbox.delete(found) if outbox else None
        gone = stored or waiting
    except StoreUnavailable as error:
        logger.warning("Record %s was not deleted: %s", record_id, error)
        raise NotDeleted from error
    if gone is not None:  # Otherwise another request has deleted and counted it.
        label = gone.label
        count(record_id, lambda: Counts() - counts_of(found) - _label_counts(found, label))
    logger.info("Record %s was deleted by %s", record_id, viewer.name or "its visitor")
    return found


def delete_all(viewer: Viewer) -> None:
    """Permanently delete all drawings of the viewer as a visitor.

    Raises SomeNotDeleted if the store does not accept a deletion, or if there are too many for one request.
    """
    deadline, cursor = time.monotonic() + DELETION_TIME_S, ""
    try:
        with audited(AuditEntry.Action.DELETED, by=viewer) as entry:
            while True:
                shown = own_page(viewer, cursor)
                for summary in shown.records:
                    if time.monotonic() > deadline:
                        raise SomeNotDeleted
                    with suppress(RecordNotFound):
                        _delete(viewer, summary.id)
                        entry.drawings += 1
                if shown.older is None:
                    return
                cursor = shown.older
    except (StoreUnavailable, NotDeleted) as error:
        raise SomeNotDeleted from error


@dataclass(frozen=True, slots=True)
class Changed:
    """The ids of the changed records, and the error that left the rest unchanged, if any."""

    ids: list[UUID]
    fault: DomainError | None = None


def label_each(viewer: Viewer, record_ids: list[UUID], text: str) -> Changed:
    """Give several records the same label."""
    change = partial(give_label, viewer, text=text)
    return _each(viewer, record_ids, AuditEntry.Action.LABELLED, change, LabelNotSaved)


def delete_each(viewer: Viewer, record_ids: list[UUID]) -> Changed:
    """Permanently delete several records."""
    return _each(viewer, record_ids, AuditEntry.Action.DELETED, partial(_delete, viewer), NotDeleted)


def _each(
    viewer: Viewer,
    record_ids: list[UUID],
    action: AuditEntry.Action,
    change: Callable[[UUID], object],
    fault: type[LabelNotSaved | NotDeleted],
) -> Changed:
    """Change one record after another; skip records that no longer exist."""
    done: list[UUID] = []
    try:
        with audited(action, by=viewer) as entry:
            for record_id in record_ids:
                with suppress(RecordNotFound):
                    change(record_id)
                    done.append(record_id)
                    entry.drawings += 1
    except fault as error:
        return Changed(done, error)
    except StoreUnavailable:  # A record could not be read.
        return Changed(done, fault())
    return Changed(done)


def _of_others(viewer: Viewer, record: Record) -> int:
    """The number of drawings for the audit list, which does not list what people do with one of their own."""
    return 0 if viewer.drew(record) else 1


def _label_counts(found: Record, label: Label | None) -> Counts:
    return counts_of_label(found, label.text) if label else Counts()
