"""The Cassandra store beyond the contract: tables, time-outs, timestamps and reconnection."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cassandra import ConsistencyLevel
from cassandra.cluster import EXEC_PROFILE_DEFAULT
from cassandra.query import BatchStatement, SimpleStatement, Statement
from pytest_django import Settings

from history.filters import EVERYTHING, ListFilter
from history.ids import created_us
from history.permissions import Viewer
from history.records import Label, Record
from history.services import delete
from history.stores.base import RecordNotFound, Refused, StoreUnavailable
from history.stores.cassandra import schema
from history.stores.cassandra import store as store_module
from history.stores.cassandra.connection import ClusterConnection, engine_session
from history.stores.cassandra.entries import drawing_entry, list_entries
from history.stores.cassandra.requests import Requests
from history.stores.cassandra.store import CassandraStore
from history.stores.cassandra.tables import DAY_KEYS, TABLES, Deletions, partition_key
from history.stores.deletions import day_sha256, record_sha256
from history.stores.drainer import Drainer
from history.stores.outbox import Outbox, open_outbox
from mnistsite import cassandra
from mnistsite.types import Drawing
from tests.cluster import TIMEOUT_S, Cluster, empty
from tests.conftest import free_port
from tests.history.interleaved import interleaved
from tests.history.records import a_record, made_at

COLUMNS = (
    "SELECT column_name, kind, type FROM system_schema.columns WHERE keyspace_name = %s AND table_name = %s"
)


@pytest.fixture
def store(database: dict[str, Any]) -> Any:
    empty(database)
    opened = CassandraStore(database, timeout_s=TIMEOUT_S)
    yield opened
    opened.close()


@pytest.mark.parametrize("table", [*TABLES, Deletions], ids=lambda table: table.__table_name__)
def test_the_models_are_the_tables_that_the_migrations_made(database: dict[str, Any], table: Any) -> None:
    with engine_session(database) as session:
        rows = session.execute(COLUMNS, (database["NAME"], table.__table_name__))
        made = {row["column_name"]: (row["kind"], row["type"]) for row in rows}
    kinds = dict.fromkeys(table._columns, "regular")
    kinds |= dict.fromkeys(table._clustering_keys, "clustering")
    kinds |= dict.fromkeys(table._partition_keys, "partition_key")
    assert made == {name: (kinds[name], column.db_type) for name, column in table._columns.items()}


def test_the_migrations_may_run_again(database: dict[str, Any]) -> None:
    lines: list[str] = []
    schema.sync(database, report=lines.append)
    assert [line for line in lines if "applied before" in line] == lines[1:]
    assert len(lines) == 1 + len(schema.MIGRATIONS)


def test_a_different_replication_is_reported_and_left_unchanged(database: dict[str, Any]) -> None:
    lines: list[str] = []
    options = {**database["OPTIONS"], "replication": {"class": "SimpleStrategy", "replication_factor": 1}}
    schema.sync({**database, "OPTIONS": options}, report=lines.append)
    assert "'replication_factor': '3'" in lines[0]
    assert "ALTER KEYSPACE" in lines[1]


def test_an_interrupted_migration_is_applied_again(database: dict[str, Any]) -> None:
    with engine_session(database) as session:
        session.execute(f"DELETE FROM {database['NAME']}.schema_steps WHERE step = '0002_labels'")  # noqa: S608
    lines: list[str] = []
    schema.sync(database, report=lines.append)
    assert "Migration 0002_labels: applied" in lines


def test_a_site_without_tables_reports_the_missing_table(database: dict[str, Any]) -> None:
    store = CassandraStore({**database, "NAME": "nowhere"}, timeout_s=TIMEOUT_S)
    with pytest.raises(StoreUnavailable, match="nowhere"):
        store.add(a_record())
    store.close()


def test_a_lost_connection_is_opened_again_with_the_same_options(
    store: CassandraStore, database: dict[str, Any]
) -> None:
    first = a_record()
    store.add(first)
    before = options(store)
    store.close()
    second = a_record()
    store.add(second)
    assert options(store) == before
    assert before["consistency"] == ConsistencyLevel.QUORUM
    assert before["timeout_s"] == TIMEOUT_S
    assert before["small packets are sent at once"] == {True}
    assert before["sent at once"] == {cassandra.SENT_AT_ONCE}
    assert [summary.id for summary in store.newest(limit=9)] == [second.id, first.id]


def options(store: CassandraStore) -> dict[str, Any]:
    """How a session executes a statement that sets no options."""
    session = store._connection.statements(timeout_s=TIMEOUT_S).session
    profile = session.cluster.profile_manager.profiles[EXEC_PROFILE_DEFAULT]
    connections = [each for pool in session._pools.values() for each in pool._connections.values()]
    return {
        "consistency": profile.consistency_level,
        "timeout_s": profile.request_timeout,
        "second node": profile.speculative_execution_policy.delay,
        "policy": type(profile.load_balancing_policy),
        "heartbeat_s": session.cluster.idle_heartbeat_interval,
        "small packets are sent at once": {
            bool(each._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)) for each in connections
        },
        "sent at once": {each.out_buffer_size for each in connections},
    }


def test_every_statement_is_idempotent_and_unpaged(store: CassandraStore) -> None:
    statements = store._connection.statements(timeout_s=TIMEOUT_S)
    prepared = list(all_prepared(vars(statements).values()))
    # Four tables by id; deletions (two) and the time; lists, values and statistics; all records, one list
    # and days in both directions.
    assert len(prepared) == 4 + 3 + 3 + 2 * 3 + 2 * len(TABLES) + len(DAY_KEYS)
    for statement in prepared:
        assert statement.is_idempotent
        assert statement.fetch_size is None
        assert "ALLOW FILTERING" not in statement.query_string


def all_prepared(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, dict):
            yield from all_prepared(value.values())
        elif hasattr(value, "is_idempotent"):
            yield value


def test_a_write_that_arrives_after_a_deletion_does_not_undo_it(
    store: CassandraStore, database: dict[str, Any]
) -> None:
    record = a_record()
    store.add(record)
    query = f"DELETE FROM {database['NAME']}.recognitions WHERE day = %s AND shard = %s AND id = %s"  # noqa: S608
    with engine_session(database) as session:
        session.execute(
            SimpleStatement(query, consistency_level=ConsistencyLevel.ALL),
            tuple(partition_key(record.id).values()),
        )
    store.add(record)
    assert store.newest(limit=9) == []


def test_an_unreachable_cluster_costs_no_more_than_the_time_out() -> None:
    database = cassandra.database(["127.0.0.1"], timeout_s=0.5)
    database["OPTIONS"]["connection"]["port"] = free_port()
    store = CassandraStore(database, timeout_s=0.5)
    started = time.monotonic()
    with ThreadPoolExecutor(16) as threads:
        for write in [threads.submit(store.add, a_record()) for _ in range(32)]:
            with pytest.raises(StoreUnavailable, match="Cassandra"):
                write.result()
    assert time.monotonic() - started < 3
    store.close()


def test_a_host_name_that_cannot_be_resolved_yet_is_retried(
    database: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's own lazy connection would stay broken for good."""
    monkeypatch.setattr("history.stores.cassandra.connection.RETRY_AFTER_S", 0.1)
    later = {**database, "HOST": "no-such-host.invalid"}
    store = CassandraStore(later, timeout_s=TIMEOUT_S)
    with pytest.raises(StoreUnavailable):
        store.check()
    later["HOST"] = database["HOST"]
    time.sleep(0.2)
    store.check()
    store.close()


def test_a_deleted_record_does_not_reappear_when_it_is_written_again(store: CassandraStore) -> None:
    record = a_record()
    store.add(record)
    store.delete(record)
    store.add(record)  # As by an outbox that has it too.
    with pytest.raises(RecordNotFound):
        store.get(record.id)
    assert store.newest(limit=10) == []


def test_a_delivery_right_after_a_deletion_does_not_reappear(
    store: CassandraStore, settings: Settings, tmp_path: Path
) -> None:
    """The outbox may deliver the record between its deletion from the store and from the outbox."""
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    open_outbox.cache_clear()
    site, outbox, waiting = interleaved(settings, store), open_outbox(), a_record()
    assert outbox is not None
    outbox.add(waiting)
    site.after["delete"] = lambda: list(Drainer(outbox, store).deliveries())
    delete(Viewer(visitor="visitor"), waiting.id)
    assert store.newest(limit=10) == outbox.newest(limit=10) == []
    with pytest.raises(RecordNotFound):
        store.get(waiting.id)


def test_a_half_written_record_is_in_no_list_until_it_is_written_again(
    store: CassandraStore, database: dict[str, Any]
) -> None:
    """As after a process that died when it had written the drawing's row."""
    record, connection = a_record(), ClusterConnection(database)
    requests = Requests(connection, timeout_s=TIMEOUT_S)
    requests.write(*drawing_entry(record), written_us=created_us(record.id))
    connection.close()
    with pytest.raises(RecordNotFound):
        store.get(record.id)
    for list_filter in (EVERYTHING, ListFilter("visitor", "visitor"), ListFilter("digit", "7")):
        assert store.newest(limit=10, list_filter=list_filter) == []
    store.add(record)
    assert store.get(record.id) == record
    assert [summary.id for summary in store.newest(limit=10)] == [record.id]


def test_a_record_whose_drawing_is_rejected_is_in_no_list(store: CassandraStore) -> None:
    drawing = Drawing(content=bytes(20_000_000), media_type="image/png")
    with pytest.raises(StoreUnavailable):
        store.add(replace(a_record(), drawing=drawing))
    for list_filter in (EVERYTHING, ListFilter("visitor", "visitor"), ListFilter("digit", "7")):
        assert store.newest(limit=10, list_filter=list_filter) == []


def test_a_record_that_is_rejected_harms_no_other_of_its_group(store: CassandraStore) -> None:
    large = replace(a_record(), drawing=Drawing(content=bytes(20_000_000), media_type="image/png"))
    others = [a_record() for _ in range(4)]
    errors = store.add_all([*others[:2], large, *others[2:]])
    assert [error is None for error in errors] == [True, True, False, True, True]
    assert isinstance(errors[2], StoreUnavailable)
    for list_filter in (EVERYTHING, ListFilter("visitor", "visitor"), ListFilter("digit", "7")):
        assert [each.id for each in store.newest(limit=9, list_filter=list_filter)] == [
            each.id for each in others[::-1]
        ]


def test_what_is_acknowledged_of_a_group_is_there_if_nodes_hang_meanwhile(
    cluster: Cluster, store: CassandraStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, before = [a_record() for _ in range(30)], 15
    submit, acknowledged, drawings = Requests.submit, threading.Semaphore(0), list[Statement]()

    with ExitStack() as hanging:

        def submit_and_hang(self: Requests, statement: Statement, done: Callable[[Any], None]) -> None:
            def acknowledge(error: StoreUnavailable | None) -> None:
                done(error)
                acknowledged.release()

            if isinstance(statement, BatchStatement):
                submit(self, statement, acknowledge)
                return
            if len(drawings) == before:
                for _ in group[:before]:
                    assert acknowledged.acquire(timeout=TIMEOUT_S)
                hanging.enter_context(cluster.frozen(2, 3))
            drawings.append(statement)
            submit(self, statement, done)

        monkeypatch.setattr(Requests, "submit", submit_and_hang)
        started = time.monotonic()
        errors = store.add_all(group)
        assert time.monotonic() - started < TIMEOUT_S + 0.5
    assert errors[:before] == [None] * before
    assert all(isinstance(error, StoreUnavailable) for error in errors[before:])
    cluster.wait_until_all_answer()
    assert [store.get(record.id) for record in group[:before]] == group[:before]
    assert {record.id for record in group[:before]} <= {each.id for each in store.newest(limit=99)}


def test_a_record_from_a_clock_that_is_ahead_is_deleted(store: CassandraStore) -> None:
    record = made_at(datetime.now(UTC) + timedelta(hours=1))
    ahead_us = int((time.time() + 7200) * 1e6)
    store.add(record)
    store.put_label(Label(record_id=record.id, text="7", given_by="anna", given_at_us=ahead_us))
    store.delete(record)
    with pytest.raises(RecordNotFound):
        store.get(record.id)
    assert store.label(record.id) is None
    assert store.newest(limit=10, list_filter=ListFilter("label", "7")) == []


def test_a_late_delivery_of_a_purged_day_does_not_reappear(store: CassandraStore) -> None:
    record = made_at(datetime(2026, 2, 28, tzinfo=UTC))
    store.add(record)
    store.purge(record.created_at.date())
    store.add(record)
    assert (
        store.newest(limit=10) == store.newest(limit=10, list_filter=ListFilter("visitor", "visitor")) == []
    )


def restored_outbox(tmp_path: Path, *records: Record) -> Outbox:
    outbox = Outbox(tmp_path / "outbox.sqlite3", max_bytes=10**7)
    for record in records:
        outbox.add(record)
    return outbox


def test_a_restored_outbox_brings_nothing_back_after_the_tombstones(
    store: CassandraStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Deleted and purged records that no tombstone covers any more: they are only remembered."""
    deleted, kept, purged = a_record(), a_record(), made_at(datetime(2026, 2, 28, tzinfo=UTC))
    for remembered in (record_sha256(deleted.id), day_sha256(purged.created_at.date())):
        day = deleted if remembered == record_sha256(deleted.id) else purged
        store._remember(store._requests(), day.created_at.date(), remembered, 1)
    drainer = Drainer(restored_outbox(tmp_path, deleted, kept, purged), store)
    caplog.set_level("INFO")
    assert list(drainer.deliveries()) == [kept.id]
    assert drainer.dropped == 2
    assert "2 records of the outbox had been deleted" in caplog.text
    assert drainer.outbox.backlog().depth == 0
    assert [summary.id for summary in store.newest(limit=9)] == [kept.id]


def test_a_deletion_that_stops_in_between_can_be_repeated(
    store: CassandraStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = a_record()
    store.add(record)

    def die(*_: object, **__: object) -> None:
        raise StoreUnavailable("The process died")

    with monkeypatch.context() as dying:
        dying.setattr(Requests, "write_batch", die)
        with pytest.raises(StoreUnavailable):
            store.delete(record)
    assert store.get(record.id) == record
    assert store.delete(record) is not None
    assert store.deleted([record.id]) == {record.id}
    with pytest.raises(RecordNotFound):
        store.get(record.id)


def test_nothing_is_deleted_that_is_not_remembered(
    store: CassandraStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = made_at(datetime(2026, 2, 28, tzinfo=UTC))
    store.add(record)

    def fail(*_: object) -> None:
        raise StoreUnavailable("it does not answer")

    monkeypatch.setattr(store, "_remember", fail)
    with pytest.raises(StoreUnavailable):
        store.delete(record)
    with pytest.raises(StoreUnavailable):
        store.purge(record.created_at.date())
    assert store.get(record.id) == record


def test_deletions_are_forgotten_with_the_backups(store: CassandraStore) -> None:
    deleted, purged = a_record(), made_at(datetime(2026, 2, 28, tzinfo=UTC))
    store._remember_s = 1
    store.delete(deleted)
    store.purge(purged.created_at.date())
    time.sleep(2.1)
    assert store.deleted([deleted.id, purged.id]) == set()


@pytest.mark.parametrize("days", [0, 4_000, 7_000, 36_500])
def test_deletions_are_remembered_for_any_time(database: dict[str, Any], days: int) -> None:
    """Cassandra rejects rows that would expire after 2038, or in more than 20 years."""
    store, deleted = CassandraStore(database, timeout_s=TIMEOUT_S, remember_days=days), a_record()
    purged = made_at(datetime(2026, 2, 28, tzinfo=UTC))
    empty(database)
    store.delete(deleted)
    store.purge(purged.created_at.date())
    assert store.deleted([deleted.id, purged.id]) == ({deleted.id, purged.id} if days else set())
    store.close()


def test_a_day_that_is_not_over_is_not_purged(store: CassandraStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is ahead would hide all drawings of the day from then on, under the tombstones."""
    store.add(record := a_record())
    monkeypatch.setattr(
        store_module, "time", SimpleNamespace(time_ns=lambda: time.time_ns() + 10**16, time=time.time)
    )
    for days in (0, 1, 100):
        with pytest.raises(Refused, match="is not over"):
            store.purge(record.created_at.date() + timedelta(days=days))
    store.add(later := a_record())
    assert [summary.id for summary in store.newest(limit=9)] == [later.id, record.id]
    assert store.deleted([later.id]) == set()


def test_a_number_of_many_digits_is_stored(store: CassandraStore) -> None:
    """A batch has a size limit, so the rows of the lists must not repeat the digits."""
    record = a_record(digits=tuple(range(10)) * 4)
    store.add(record)
    assert store.newest(limit=1, list_filter=ListFilter("digit", "9")) == store.newest(limit=1)


def test_a_list_does_not_show_a_row_without_its_record(store: CassandraStore) -> None:
    """Such a row remains if a drawing is deleted while another person labels it."""
    record, other = a_record(), a_record()
    for one in (record, other):
        store.add(one)
    store.delete(other)
    requests = store._requests()
    requests.write_batch(list_entries(["label 7"], other.id), written_us=2**62)
    store.put_label(Label(record_id=record.id, text="7", given_by="anna", given_at_us=10**15))
    assert [summary.id for summary in store.newest(limit=10, list_filter=ListFilter("label", "7"))] == [
        record.id
    ]
