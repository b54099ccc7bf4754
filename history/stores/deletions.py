"""How stores remember deletions: by SHA-256, because an id or a day would be a part of the records."""

import hashlib
from datetime import date
from uuid import UUID

from history.ids import time_ordered


def record_sha256(record_id: UUID) -> bytes:
    """The hash under which a store remembers a deleted record. 61 bits of its id are random."""
    return hashlib.sha256(time_ordered(record_id)).digest()


def day_sha256(day: date) -> bytes:
    """The hash under which a store remembers a purged day."""
    return hashlib.sha256(day.isoformat().encode()).digest()
