"""The history in Apache Cassandra, for many web machines and much data: see docs/history.md."""
