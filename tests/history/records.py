"""A record to keep, every field of it filled."""

from history.identifiers import new_id
from history.records import Box, Drawing, FoundDigit, Record

PNG_START = b"\x89PNG\r\n\x1a\n\x00\xff"


def a_record(*, visitor: str = "visitor") -> Record:
    probabilities = (0.0, 0.0, 0.000001, 0.0, 0.0, 0.0, 0.0, 0.999999, 0.0, 0.0)
    return Record(
        id=new_id(),
        digits=(FoundDigit(digit=7, probabilities=probabilities, box=Box(x=1, y=2, width=30, height=40)),),
        model="lenet-0123456789ab",
        latency_ms=1.25,
        visitor=visitor,
        origin="http://localhost:8888",
        drawing=Drawing(content=PNG_START, media_type="image/png"),
        strokes=([[1.0, 2.5], [3.0, 4.0], [0, 16], [0.5, 0.5]],),
    )
