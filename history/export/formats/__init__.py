"""The formats of an export, a module each. A new one is one more module, and its FORMAT here."""

from history.export.formats import csv, idx, ndjson, npz, png

FORMATS = {
    "idx": idx.FORMAT,
    "npz": npz.FORMAT,
    "ndjson": ndjson.FORMAT,
    "csv": csv.FORMAT,
    "png": png.FORMAT,
}
"""Under the names that `--format` and the admin take."""
