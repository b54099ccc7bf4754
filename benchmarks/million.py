"""A history of a million records of realistic size, the same each time, in a store of its own."""

import json
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import numpy as np
from django.conf import settings

from benchmarks.needs import need_cassandra
from history.ids import created_us, ticks_at, time_uuid
from history.records import Label, Record
from history.stores.base import HistoryStore
from history.stores.sqlite.store import SQLiteStore
from management.progress import bars
from mnistsite.types import Box, Drawing, FoundDigit, Stroke
from testbed.drawings import encoded, on_canvas

if TYPE_CHECKING:
    from history.stores.cassandra.store import CassandraStore

START, DAYS = datetime(2026, 1, 1, tzinfo=UTC), 100
VISITORS = 2_000
MODELS = ("lenet-0123456789ab",) * 900 + ("lenet-ba9876543210",) * 99 + ("lenet-aaaaaaaaaaaa",)
ORIGINS = ("https://digits.example.org",) * 8 + ("https://other.example.org", "")
ONE_IN_LABELLED, ONE_IN_DISAGREES = 100, 10
WRITERS, THREADS = 2, 32
CHUNK = 2_000
TIMEOUT_S = 60.0

with np.load(Path("tests/data/mnist-test-100.npz")) as arrays:
    DRAWINGS = [encoded(on_canvas(image).convert("RGBA")) for image in arrays["images"]]
    INPUTS = [image.tobytes() for image in arrays["images"]]

STORES: dict[str, HistoryStore] = {}
"""One in each writing process."""


def opened(name: str) -> HistoryStore:
    """The store to be filled: a file, or a keyspace, beside the site's own."""
    if name == "embedded":
        return SQLiteStore(settings.STATE_DIR / "pages.sqlite3", busy_timeout_s=TIMEOUT_S)
    need_cassandra()
    from history.stores.cassandra.schema import sync
    from history.stores.cassandra.store import CassandraStore

    database: dict[str, Any] = {**settings.DATABASES["cassandra"], "NAME": "pages"}
    sync(database, report=lambda _: None)
    return CassandraStore(database, timeout_s=TIMEOUT_S)


def fill(name: str, records: int) -> None:
    """Bring a store up to this version, and write the records that it lacks."""
    opened(name).check()
    memory = Path(settings.STATE_DIR) / f"pages-{name}.json"
    done = json.loads(memory.read_text()) if memory.exists() else 0
    chunks = range(done, records // CHUNK)
    with ProcessPoolExecutor(WRITERS) as writers:
        written = writers.map(_write, [name] * len(chunks), chunks, [records] * len(chunks))
        for chunk in bars(written, total=len(chunks), description="Filling"):
            memory.write_text(json.dumps(chunk + 1))


def a_record(number: int, records: int) -> Record:
    """A digit on a canvas with its strokes, the same for the same number; its time grows with the number."""
    numbers = random.Random(number)  # noqa: S311 -- to be the same again, and no secret
    digit, box = number % 10, Box(x=70, y=60, width=140, height=160)
    return Record(
        id=at(START + timedelta(days=DAYS) * (number / records), numbers),
        digits=(FoundDigit(digit=digit, probabilities=_probabilities(digit, numbers), box=box, score=9.5),),
        model=numbers.choice(MODELS),
        latency_ms=1.25,
        visitor=f"visitor {numbers.randrange(VISITORS)}",
        origin=numbers.choice(ORIGINS),
        drawing=Drawing(content=DRAWINGS[number % len(DRAWINGS)], media_type="image/png"),
        strokes=(_stroke(numbers),),
        inputs=INPUTS[number % len(INPUTS)],
    )


def label_of(record: Record) -> Label | None:
    """Some records have a label, and some of these labels differ from the result."""
    if record.id.node % ONE_IN_LABELLED:
        return None
    disagrees = record.id.node // ONE_IN_LABELLED % ONE_IN_DISAGREES == 0
    text = str((record.predict + disagrees) % 10)
    return Label(record_id=record.id, text=text, given_by="anna", given_at_us=created_us(record.id) + 10**7)


def _probabilities(digit: int, numbers: random.Random) -> tuple[float, ...]:
    """Close to 1 in most cases, as the network's are."""
    doubt = numbers.random() ** 6 * 0.7
    return tuple(round(1 - doubt if each == digit else doubt / 9, 6) for each in range(10))


def at(moment: datetime, numbers: random.Random) -> UUID:
    """An id with this time."""
    return time_uuid(ticks_at(moment), clock_sequence=numbers.getrandbits(8), node=numbers.getrandbits(48))


def _stroke(numbers: random.Random) -> Stroke:
    points = numbers.randrange(30, 90)
    return [[numbers.randrange(280) + 0.5 for _ in range(points)] for _ in range(2)] + [
        [*range(0, 8 * points, 8)]
    ]


def _write(name: str, chunk: int, records: int) -> int:
    if name not in STORES:
        STORES[name] = opened(name)
    store = STORES[name]
    made = [a_record(number, records) for number in range(chunk * CHUNK, (chunk + 1) * CHUNK)]
    if name == "cassandra":
        from benchmarks.bulk import write_in_bulk

        write_in_bulk(cast("CassandraStore", store), made)
    with ThreadPoolExecutor(THREADS) as threads:
        if name == "embedded":
            list(threads.map(store.add, made))
        list(threads.map(store.put_label, filter(None, map(label_of, made))))
    return chunk
