"""Records for tests, with a value in every field."""

from dataclasses import replace
from datetime import datetime

from history.ids import new_id, ticks_at, time_uuid
from history.records import Record
from history.stores import open_store
from mnistsite.types import Box, Drawing, FoundDigit

PNG_START = b"\x89PNG\r\n\x1a\n\x00\xff"


def a_record(
    *, visitor: str = "visitor", digits: tuple[int, ...] = (7,), probability: float = 0.94
) -> Record:
    """A record made now."""
    probabilities = (0.0, 0.0, round(1 - probability, 6), 0.0, 0.0, 0.0, 0.0, probability, 0.0, 0.0)
    box = Box(x=1, y=2, width=30, height=40)
    return Record(
        id=new_id(),
        digits=tuple(FoundDigit(digit, probabilities, box, score=12.5, accepted=False) for digit in digits),
        model="lenet-0123456789ab",
        latency_ms=1.25,
        visitor=visitor,
        origin="http://localhost:8888",
        drawing=Drawing(content=PNG_START, media_type="image/png"),
        strokes=([[1.0, 2.5], [3.0, 4.0], [0, 16], [0.5, 0.5]],),
        inputs=b"".join(map(_input, digits)),
    )


def _input(digit: int) -> bytes:
    """A bar, in a different place for each digit."""
    paper, ink = bytes(6 + digit), b"\xff\x80" * 2
    return 28 * bytes(4) + 20 * (paper + ink + bytes(18 - digit)) + 28 * bytes(4)


def keep(count: int = 1, *, visitor: str = "visitor") -> list[Record]:
    """Records of a visitor that are in the store."""
    records = [a_record(visitor=visitor) for _ in range(count)]
    for record in records:
        open_store().add(record)
    return records


def made_at(moment: datetime) -> Record:
    """A record made at another time, to the microsecond."""
    record = a_record()
    ticks, clock_sequence, node = ticks_at(moment), record.id.clock_seq, record.id.node
    return replace(record, id=time_uuid(ticks, clock_sequence=clock_sequence, node=node))
