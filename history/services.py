"""What changes the history."""

import logging
from enum import StrEnum
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException

from history.breaker import GivenAMoment, shared_breaker
from history.outbox import open_outbox
from history.records import Record
from history.stores import open_store
from history.stores.base import StoreUnavailable

logger = logging.getLogger(__name__)


class Kept(StrEnum):
    """Where a record is on disk when its recognition is answered."""

    STORED = "stored"
    """Where it belongs."""
    QUEUED = "queued"
    """In this host's outbox, from where it goes there by itself."""


class NotKept(APIException):
    """The record is nowhere on disk, so its recognition must not be answered as if it were."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "not_stored"
    default_detail = _("The drawing could not be kept just now. Please try again.")
    wait: ClassVar[int] = 5
    """Seconds, as DRF's handler puts them into Retry-After."""


def record(kept: Record) -> Kept:
    """Keep a recognition before it is answered. Raises NotKept."""
    try:
        with shared_breaker().attempt():
            open_store().add(kept)
    except StoreUnavailable as error:
        return _queue(kept, error)
    return Kept.STORED


def _queue(kept: Record, why: StoreUnavailable) -> Kept:
    outbox = open_outbox()
    try:
        if outbox is None:
            raise why
        outbox.add(kept)
    except StoreUnavailable as error:
        logger.exception("Record %s was not kept", kept.id)
        raise NotKept from error
    # One line for each attempt that failed, and not for each record while the store is down.
    level = logging.DEBUG if isinstance(why, GivenAMoment) else logging.WARNING
    logger.log(level, "Record %s waits in the outbox: %s", kept.id, why)
    return Kept.QUEUED
