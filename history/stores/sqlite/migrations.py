"""The migrations of the embedded store's tables."""

from history.stores.sqlite.file import Migrations

MIGRATIONS: Migrations = (
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
    (
        """
    CREATE TABLE recognitions_by_list (
        list TEXT NOT NULL, -- as history.filters names them
        key BLOB NOT NULL,
        PRIMARY KEY (list, key)
    ) STRICT, WITHOUT ROWID
        """,
        """
    INSERT INTO recognitions_by_list
    SELECT 'visitor ' || visitor, key FROM recognitions WHERE visitor <> ''
        """,
        "INSERT INTO recognitions_by_list SELECT 'digit ' || digit, key FROM recognitions_by_digit",
        "INSERT INTO recognitions_by_list SELECT 'model ' || model, key FROM recognitions",
        "INSERT INTO recognitions_by_list SELECT 'origin ' || origin, key FROM recognitions",
        """
    INSERT INTO recognitions_by_list
    SELECT 'below ' || bounds.value, recognitions.key
    FROM recognitions, json_each('[50, 80, 95, 99]') AS bounds
    WHERE bounds.value > 100 * (
        SELECT MIN(json_extract(found.value, '$[1][' || json_extract(found.value, '$[0]') || ']'))
        FROM json_each(digits) AS found
    )
        """,
        "INSERT INTO recognitions_by_list SELECT 'label ' || label, key FROM labels",
        """
    INSERT INTO recognitions_by_list
    SELECT 'disagreeing', key
    FROM labels JOIN recognitions USING (key)
    WHERE label <> (
        SELECT GROUP_CONCAT(json_extract(found.value, '$[0]'), '') FROM json_each(digits) AS found
    )
    AND NOT (label = '' AND EXISTS (
        SELECT 1 FROM json_each(digits) AS found WHERE NOT json_extract(found.value, '$[4]')
    ))
        """,
        "DROP INDEX recognitions_by_visitor",
        "DROP TABLE recognitions_by_digit",
        "DROP INDEX labels_by_label",
    ),
    (
        """
    CREATE TABLE tallies (
        day TEXT NOT NULL, -- as YYYY-MM-DD
        source TEXT NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (day, source)
    ) STRICT
        """,
    ),
    ("ALTER TABLE recognitions ADD COLUMN inputs BLOB NOT NULL DEFAULT x''",),
    (
        """
    CREATE TABLE deletions (
        id_sha256 BLOB PRIMARY KEY NOT NULL, -- of the record's key
        deleted_at_us INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX deletions_by_time ON deletions (deleted_at_us)",
    ),
    (
        """
    CREATE TABLE shares (
        key BLOB PRIMARY KEY NOT NULL,
        link_key TEXT NOT NULL,
        until_us INTEGER, -- NULL for no end
        changed_at_us INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
        """,
    ),
)
