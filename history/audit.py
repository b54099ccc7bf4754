"""The audit list: the actor and time of deletions, labels, exports and shares, and the number of drawings.

It names no drawing and no visitor. A failure to write an entry is logged, and nothing else fails with it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from history.models import AuditEntry
from history.permissions import Viewer

logger = logging.getLogger(__name__)

KEEP_DAYS = 400

MOST_ENTRIES = 10_000
"""The limit for each user, for each task, and for all visitors together. Nobody can push out others'."""

TRIMMED_AT_ONCE = 10
"""Number of old entries that a new one may replace. A wrong clock could make all of them look old."""


@contextmanager
def audited(action: AuditEntry.Action, *, by: Viewer | str) -> Iterator[AuditEntry]:
    """Note what the block does, when it ends. It counts the drawings in the entry.

    Without drawings there is no entry, unless the block has saved it before.

    by: the person, or the name of a task.
    """
    entry = AuditEntry(action=action)
    if isinstance(by, str):
        entry.by, entry.name = AuditEntry.By.TASK, by
    else:
        entry.by, entry.name = AuditEntry.By.STAFF if by.name else AuditEntry.By.VISITOR, by.name
    try:
        yield entry
        entry.outcome = AuditEntry.Outcome.COMPLETED
    except BaseException:  # Also the end of a generator that is not read to its end.
        entry.outcome = AuditEntry.Outcome.STOPPED
        raise
    finally:
        if entry.drawings or entry.pk:
            save(entry)


def save(entry: AuditEntry) -> None:
    """Save an entry as it is now. Long work does so at its start, in case its process is killed."""
    try:
        with transaction.atomic():
            if not entry.pk:
                _trim(entry)
            entry.save()
    except Exception as error:  # noqa: BLE001 -- no failure of the list may fail the work
        logger.error("The audit list could not note that %s: %s", entry, error)  # noqa: TRY400 -- for each of many, a line


def _trim(new: AuditEntry) -> None:
    """Delete entries that are too old, or too many for one name."""
    too_old = AuditEntry.objects.filter(at__lt=new.at - timedelta(days=KEEP_DAYS)).order_by("at")
    too_many = AuditEntry.objects.filter(by=new.by, name=new.name).order_by("-pk")[MOST_ENTRIES - 1 :]
    for found in (too_old, too_many):
        AuditEntry.objects.filter(pk__in=found.values("pk")[:TRIMMED_AT_ONCE]).delete()
