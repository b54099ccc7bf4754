"""Record identifiers: time-based UUIDs (version 1), the form that Cassandra calls timeuuid.

The time in it dates the record, so a record needs no date of its own and is found by its id alone.
"""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from time import time_ns
from uuid import UUID

EPOCH = datetime(1582, 10, 15, tzinfo=UTC)
"""Where version 1 starts to count, in steps of 100 ns (RFC 9562, section 5.1)."""

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(4999, 12, 31)
"""Days for which there are identifiers."""

UNIX_EPOCH_TICKS = 0x01B21DD213814000
"""100 ns steps from that epoch to 1970."""

MULTICAST = 1 << 40
"""Marks a node that is no network card's address (RFC 9562, section 6.10)."""


def new_id() -> UUID:
    """A fresh identifier for now.

    Its node and clock sequence are random for each one, 61 bits: threads, processes and hosts need not agree
    on anything, no network card's address is given away, and an id cannot be guessed.
    """
    ticks = UNIX_EPOCH_TICKS + time_ns() // 100
    return time_uuid(ticks, clock_sequence=secrets.randbits(14), node=secrets.randbits(48) | MULTICAST)


def time_uuid(ticks: int, *, clock_sequence: int, node: int) -> UUID:
    """The identifier of version 1 with these fields (RFC 9562, section 5.1).

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
    """Whether it could be the identifier of a record at all: others have no time in them."""
    return record_id.version == 1


def created_at(record_id: UUID) -> datetime:
    """When an identifier was made, to the microsecond."""
    return EPOCH + timedelta(microseconds=record_id.time // 10)


def created_us(record_id: UUID) -> int:
    """When an identifier was made, in microseconds since 1970."""
    return (record_id.time - UNIX_EPOCH_TICKS) // 10


def day_of(record_id: UUID) -> date:
    """The day, in UTC, that an identifier was made on."""
    return created_at(record_id).date()


def time_ordered(record_id: UUID) -> bytes:
    """The identifier's 16 bytes with the time's highest first, so that bytes sort as times do.

    This is the layout of version 6 (RFC 9562, section 5.6) with the version left as it is.
    """
    octets = record_id.bytes
    return octets[6:8] + octets[4:6] + octets[0:4] + octets[8:]


def from_time_ordered(key: bytes) -> UUID:
    """The identifier back from `time_ordered`."""
    return UUID(bytes=key[4:8] + key[2:4] + key[0:2] + key[8:])


def bounds_of(day: date) -> tuple[bytes, bytes]:
    """The first `time_ordered` key that a day, in UTC, could have, and the first of the day after it."""
    start = _midnight(day)
    return _lowest_key(start), _lowest_key(start + timedelta(days=1))


def midnight_us(day: date) -> int:
    """When a day begins, in UTC, in microseconds since 1970."""
    return (ticks_at(_midnight(day)) - UNIX_EPOCH_TICKS) // 10


def days_between(first: date, last: date) -> list[date]:
    """Some days, both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _lowest_key(moment: datetime) -> bytes:
    return time_ordered(time_uuid(ticks_at(moment), clock_sequence=0, node=0))[:8]
