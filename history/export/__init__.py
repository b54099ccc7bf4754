"""The history as files that other tools read: one module per format; `Export` streams each of them."""
