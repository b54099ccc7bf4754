"""Record identifiers: time-based UUIDs (version 1), which Cassandra calls timeuuid.

The id contains the record's date, so the id alone is enough to find a record.
"""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from time import time_ns
from uuid import UUID

EPOCH = datetime(1582, 10, 15, tzinfo=UTC)
"""The epoch of version 1, which counts in steps of 100 ns (RFC 9562, section 5.1)."""

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(4999, 12, 31)
"""The range of days that identifiers cover."""

UNIX_EPOCH_TICKS = 0x01B21DD213814000
"""100 ns steps from that epoch to 1970."""

MULTICAST = 1 << 40
"""Marks a node that is not a network card's address (RFC 9562, section 6.10)."""


def new_id() -> UUID:
    """A new identifier with the current time.

    Its node and clock sequence are random, 61 bits in all: threads, processes and hosts need not coordinate,
    an id does not reveal a network card's address, and nobody can guess one.
    """
    ticks = UNIX_EPOCH_TICKS + time_ns() // 100
    clock_sequence, node = divmod(secrets.randbits(62), 1 << 48)
    return time_uuid(ticks, clock_sequence=clock_sequence, node=node | MULTICAST)


def time_uuid(ticks: int, *, clock_sequence: int, node: int) -> UUID:
    """The version 1 identifier with these fields (RFC 9562, section 5.1).

    ticks: 60 bits, 100 ns since EPOCH. clock_sequence: 14 bits. node: 48 bits.
    """
    return UUID(
        fields=(
            ticks & 0xFFFFFFFF,
            (ticks >> 32) & 0xFFFF,
            (ticks >> 48) & 0x0FFF | 0x1000,
            clock_sequence >> 8 | 0x80,
            clock_sequence & 0xFF,
            node,
        )
    )


def ticks_at(moment: datetime) -> int:
    """A moment as time UUIDs count it, to the microsecond."""
    return (moment - EPOCH) // timedelta(microseconds=1) * 10


def is_time_based(record_id: UUID) -> bool:
    """Whether a UUID contains a time, as the identifier of every record does."""
    return record_id.version == 1


def created_at(record_id: UUID) -> datetime:
    """When an identifier was made, to the microsecond."""
    return EPOCH + timedelta(microseconds=record_id.time // 10)


def created_us(record_id: UUID) -> int:
    """When an identifier was made, in microseconds since 1970."""
    return (record_id.time - UNIX_EPOCH_TICKS) // 10


def day_of(record_id: UUID) -> date:
    """The day (UTC) on which an identifier was made."""
    return created_at(record_id).date()


def time_ordered(record_id: UUID) -> bytes:
    """The identifier's 16 bytes, the most significant byte of the time first, so that they sort by time.

    This is the layout of version 6 (RFC 9562, section 5.6) except for the version, which stays 1.
    """
    octets = record_id.bytes
    return octets[6:8] + octets[4:6] + octets[0:4] + octets[8:]


def from_time_ordered(key: bytes) -> UUID:
    """The inverse of `time_ordered`."""
    return UUID(bytes=key[4:8] + key[2:4] + key[0:2] + key[8:])


def bounds_of(day: date) -> tuple[bytes, bytes]:
    """The lowest possible `time_ordered` key of a day (UTC), and that of the next day."""
    start = _midnight(day)
    return _lowest_key(start), _lowest_key(start + timedelta(days=1))


def midnight_us(day: date) -> int:
    """The start of a day (UTC), in microseconds since 1970."""
    return (ticks_at(_midnight(day)) - UNIX_EPOCH_TICKS) // 10


def days_between(first: date, last: date) -> list[date]:
    """All days from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _lowest_key(moment: datetime) -> bytes:
    return time_ordered(time_uuid(ticks_at(moment), clock_sequence=0, node=0))[:8]
