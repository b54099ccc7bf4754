"""The history as files that other tools read: one module a format, and `Export` to stream any of them."""
