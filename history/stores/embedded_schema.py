"""The embedded store's tables, as numbered steps that only add."""

from history.stores.sqlite_file import Steps

STEPS: Steps = (
    (
        """
    CREATE TABLE recognitions (
        key BLOB PRIMARY KEY NOT NULL, -- the id in the order of time
        visitor TEXT NOT NULL,
        origin TEXT NOT NULL,
        model TEXT NOT NULL,
        latency_ms REAL NOT NULL,
        digits TEXT NOT NULL, -- JSON
        strokes TEXT NOT NULL, -- JSON
        media_type TEXT NOT NULL,
        drawing BLOB NOT NULL
    ) STRICT
        """,
        "CREATE INDEX recognitions_by_visitor ON recognitions (visitor, key)",
    ),
    (
        """
    CREATE TABLE recognitions_by_digit (
        digit INTEGER NOT NULL,
        key BLOB NOT NULL,
        PRIMARY KEY (digit, key)
    ) STRICT, WITHOUT ROWID
        """,
        """
    INSERT INTO recognitions_by_digit
    SELECT DISTINCT json_extract(found.value, '$[0]'), recognitions.key
    FROM recognitions, json_each(digits) AS found
        """,
        """
    CREATE TABLE labels (
        key BLOB PRIMARY KEY NOT NULL,
        label TEXT NOT NULL,
        given_by TEXT NOT NULL,
        given_at_us INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX labels_by_label ON labels (label, key)",
    ),
)
