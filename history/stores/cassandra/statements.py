"""The store's statements, prepared once per session."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from cassandra.cluster import Session
from cassandra.query import PreparedStatement

from history.stores import rows
from history.stores.cassandra import tables
from history.stores.cassandra.tables import SHARDS, Table

LISTED = ("id", *rows.SUMMARY_COLUMNS)


class Direction(NamedTuple):
    """The direction in which a list is read."""

    beyond: str
    """The comparison of a later id or day in this direction."""
    order: str
    start: UUID
    """The last or first time UUID in Cassandra's order, of the year 5236 or 1582."""
    step_days: int
    """The step from one day to the next."""


NEWEST_FIRST = Direction("<", "DESC", UUID("ffffffff-ffff-1fff-bf7f-7f7f7f7f7f7f"), -1)
OLDEST_FIRST = Direction(">", "ASC", UUID("00000000-0000-1000-8080-808080808080"), 1)
DIRECTIONS = (NEWEST_FIRST, OLDEST_FIRST)


class Statements:
    """Every value is bound: the text of a statement never contains outside data."""

    def __init__(self, session: Session, keyspace: str) -> None:
        self.session = session
        self._keyspace = keyspace
        self.inserts = {table: self._insert(table) for table in tables.TABLES}
        self.deletes = {table: self._delete(table, table._primary_keys) for table in tables.TABLES}
        """Each deletes one row."""
        self.day_deletes = {table: self._delete(table, key) for table, key in tables.DAY_KEYS.items()}
        """Each deletes all rows with the same DAY_KEYS."""
        self.remember = self._prepare(
            f"INSERT INTO {keyspace}.deletions (day_sha256, sha256) VALUES (:day_sha256, :sha256)"  # noqa: S608 -- a name of settings
            " USING TIMESTAMP :written_us AND TTL :ttl_s"
        )
        self.remembered = self._select(
            "deletions", ("sha256",), "day_sha256 = :day_sha256 AND sha256 IN :sha256s"
        )
        self.now = self._prepare("SELECT toTimestamp(now()) AS now FROM system.local")
        """The time by the clock of the node that answers."""
        self.statistics = self._select(
            "tallies", ("day", "source", "content"), "month IN :months AND day >= :first AND day <= :last"
        )
        self.summaries = self._select_by_id("recognitions", LISTED)
        self.drawings = self._select_by_id("drawings", ("id", *rows.DRAWING_COLUMNS))
        self.labels = self._select_by_id("labels", ("id", *rows.LABEL_COLUMNS))
        self.shares = self._select_by_id("shares", ("id", *rows.SHARE_COLUMNS))
        self.lists = self._select("lists_by_day", ("list",), "day = :day AND list > :after LIMIT :count")
        self.values = self._select("values_by_kind", ("value",), "kind = :kind LIMIT :count")
        self.everything = self._select_in_order("recognitions", LISTED, f"shard IN {SHARDS}")
        self.one_list = self._select_in_order("recognitions_by_list", ("id",), "list = :list")
        self.days = {
            way: self._select(
                "days_by_list",
                ("day",),
                f"list = :list AND day {way.beyond}= :day ORDER BY day {way.order} LIMIT :count",
            )
            for way in DIRECTIONS
        }

    def _insert(self, table: type[Table]) -> PreparedStatement:
        # The time of writing is bound too: repeating a write changes nothing, and a deletion with a later
        # time prevails over a write that arrives after it.
        names = list(table._columns)
        return self._prepare(
            f"INSERT INTO {self._keyspace}.{table.__table_name__} ({', '.join(names)})"  # noqa: S608 -- names of this package and of settings, no values
            f" VALUES ({', '.join(f':{name}' for name in names)}) USING TIMESTAMP :written_us"
        )

    def _delete(self, table: type[Table], names: Iterable[str]) -> PreparedStatement:
        key = " AND ".join(f"{name} = :{name}" for name in names)
        return self._prepare(
            f"DELETE FROM {self._keyspace}.{table.__table_name__} USING TIMESTAMP :written_us WHERE {key}"  # noqa: S608 -- likewise
        )

    def _select_by_id(self, table: str, names: Iterable[str]) -> PreparedStatement:
        """Selects some records of one partition."""
        return self._select(table, names, "day = :day AND shard = :shard AND id IN :ids")

    def _select_in_order(
        self, table: str, names: Iterable[str], partition: str
    ) -> dict[Direction, PreparedStatement]:
        """Selects one day of a list, after a record."""
        # Without PER PARTITION LIMIT the coordinator would read more rows of each partition than it needs.
        return {
            way: self._select(
                table,
                names,
                f"{partition} AND day = :day AND id {way.beyond} :start"
                f" ORDER BY id {way.order} PER PARTITION LIMIT :count LIMIT :count",
            )
            for way in DIRECTIONS
        }

    def _select(self, table: str, names: Iterable[str], condition: str) -> PreparedStatement:
        return self._prepare(f"SELECT {', '.join(names)} FROM {self._keyspace}.{table} WHERE {condition}")  # noqa: S608 -- likewise

    def _prepare(self, statement: str) -> PreparedStatement:
        prepared = self.session.prepare(statement)
        prepared.is_idempotent = True  # So the driver may send it to a second node if the first is slow.
        prepared.fetch_size = None  # Limits bound the responses, and ordered ones cannot be paged.
        return prepared
