"""What changes the history."""

import logging
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException

from history.records import Record
from history.stores import open_store
from history.stores.base import StoreUnavailable

logger = logging.getLogger(__name__)


class NotKept(APIException):
    """The record is nowhere on disk, so its recognition must not be answered as if it were."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "not_stored"
    default_detail = _("The drawing could not be kept just now. Nothing was recorded; please try again.")
    wait: ClassVar[int] = 5
    """Seconds, as DRF's handler puts them into Retry-After."""


def record(kept: Record) -> None:
    """Keep a recognition before it is answered. Raises NotKept."""
    try:
        open_store().add(kept)
    except StoreUnavailable as error:
        logger.exception("Record %s was not kept", kept.id)
        raise NotKept from error
