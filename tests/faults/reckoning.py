"""After a fault: what was acknowledged is what is stored, each once and byte by byte."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import requests

from history.stores.cassandra.store import CassandraStore
from tests.conftest import Site
from tests.faults.load import Load

DRAIN_TIMEOUT_S = 180


@dataclass(frozen=True)
class Figures:
    """One line of docs/reliability.md."""

    fault: str
    requests: int
    stored: int
    queued: int
    refused: int
    unanswered: int
    lost: int
    longest_answer_s: float

    def line(self) -> str:
        numbers = (self.requests, self.stored, self.queued, self.refused, self.unanswered, self.lost)
        return f"| {self.fault} | {' | '.join(map(str, numbers))} | {self.longest_answer_s:.2f} s |"


def reckon(fault: str, load: Load, store: CassandraStore) -> Figures:
    """The figures of a load, whose fault is over and whose outbox is empty.

    Asserts that nothing was lost, nothing came twice, and nothing is there that nobody drew.
    """
    stored_ids = list(_all_ids(store))
    assert max(Counter(stored_ids).values(), default=1) == 1, "A record is listed twice."
    with ThreadPoolExecutor(8) as threads:
        records = threads.map(store.get, stored_ids)
        stored = {str(record.id): record.drawing.content for record in records}
    acknowledged = load.acknowledged
    lost = [name for name, drawn in acknowledged.items() if stored.get(name) != drawn]
    assert lost == []
    # Whoever got no answer, or a refusal, may have a record all the same, whole and once; nobody else.
    unclaimed = Counter(stored[name] for name in stored.keys() - acknowledged.keys())
    assert unclaimed <= Counter(sent.content for sent in load.sent if sent.status != 200)
    statuses = Counter(sent.status for sent in load.sent)
    assert statuses.keys() <= {200, 503, None}, statuses
    queued = sum(sent.queued for sent in load.sent)
    return Figures(
        fault=fault,
        requests=len(load.sent),
        stored=statuses[200] - queued,
        queued=queued,
        refused=statuses[503],
        unanswered=statuses[None],
        lost=len(lost),
        longest_answer_s=load.longest_answer_s,
    )


def wait_until_drained(site: Site) -> None:
    """Return when nothing waits in the site's outbox any more."""
    deadline = time.monotonic() + DRAIN_TIMEOUT_S
    while True:
        health = requests.get(f"{site.url}/api/health", timeout=60).json()
        if health["history"] == "stored" and health["outbox"] == {"depth": 0, "oldest_age_s": None}:
            return
        assert time.monotonic() < deadline, f"{health}\n{site.log.read_text()[-3000:]}"
        time.sleep(0.3)


def _all_ids(store: CassandraStore) -> Iterator[UUID]:
    before: UUID | None = None
    while page := store.newest(limit=500, before=before):
        yield from (summary.id for summary in page)
        before = page[-1].id
