"""The statements that the store sends, prepared once in each session."""

from cassandra.cluster import Session
from cassandra.query import PreparedStatement

from history.stores import rows
from history.stores.cassandra import models
from history.stores.cassandra.models import Table
from history.stores.cassandra.partitions import SHARDS

BY_RECORD = "day = :day AND shard = :shard AND id = :id"
LISTED = ", ".join(("id", *rows.SUMMARY_COLUMNS))


class Statements:
    """Every value is bound: nothing from outside ever stands in a statement's text."""

    def __init__(self, session: Session, keyspace: str) -> None:
        self.session = session
        self._keyspace = keyspace
        self._inserts: dict[type[Table], PreparedStatement] = {
            table: self._insert(table) for table in models.TABLES
        }
        self.one_listed = self._one("recognitions", LISTED)
        self.one_drawing = self._one("drawings", ", ".join(rows.DRAWING_COLUMNS))
        self.one_label = self._one("labels", "label, given_by, given_at_us")
        self.newest = self._newest("recognitions", f"shard IN {SHARDS}")
        self.newest_by_visitor = self._newest("recognitions_by_visitor", "visitor = :key")
        self.newest_by_digit = self._newest("recognitions_by_digit", "digit = :key")
        self.newest_by_label = self._newest("recognitions_by_label", "label = :key")
        self.days = self._prepare(
            f"SELECT day FROM {keyspace}.days_by_list WHERE list = :list AND day <= :day LIMIT :count"  # noqa: S608 -- names of this package and of settings, no values
        )
        self._deletes = {table: self._delete(table) for table in models.OF_RECORDS}

    def insert(self, table: type[Table]) -> PreparedStatement:
        return self._inserts[table]

    def delete(self, table: type[Table]) -> PreparedStatement:
        return self._deletes[table]

    def _insert(self, table: type[Table]) -> PreparedStatement:
        # The time of writing is bound too: a write that is repeated stays the same write, and one that
        # comes after a deletion loses against it.
        names = list(table._columns)
        return self._prepare(
            f"INSERT INTO {self._keyspace}.{table.__table_name__} ({', '.join(names)})"  # noqa: S608 -- likewise
            f" VALUES ({', '.join(f':{name}' for name in names)}) USING TIMESTAMP :written_us"
        )

    def _delete(self, table: type[Table]) -> PreparedStatement:
        key = " AND ".join(f"{name} = :{name}" for name in table._primary_keys)
        return self._prepare(
            f"DELETE FROM {self._keyspace}.{table.__table_name__} USING TIMESTAMP :written_us WHERE {key}"  # noqa: S608 -- likewise
        )

    def _one(self, table: str, names: str) -> PreparedStatement:
        return self._prepare(f"SELECT {names} FROM {self._keyspace}.{table} WHERE {BY_RECORD}")  # noqa: S608 -- likewise

    def _newest(self, table: str, partition: str) -> PreparedStatement:
        # The limit of each partition spares the coordinator the rest of it.
        return self._prepare(
            f"SELECT {LISTED} FROM {self._keyspace}.{table}"  # noqa: S608 -- likewise
            f" WHERE day = :day AND {partition} AND id < :before"
            " ORDER BY id DESC PER PARTITION LIMIT :count LIMIT :count"
        )

    def _prepare(self, statement: str) -> PreparedStatement:
        prepared = self.session.prepare(statement)
        prepared.is_idempotent = True  # So it may be sent to a second node when the first one is slow.
        prepared.fetch_size = None  # Answers are bounded by their limit, and those in order cannot be paged.
        return prepared
