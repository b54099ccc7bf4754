"""The embedded store: one SQLite file, for a site that needs no database server."""
