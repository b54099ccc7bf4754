"""The export formats, one module each. To add a format, add a module, and its FORMAT here."""

from history.export.formats import csv, idx, ndjson, npz, png

FORMATS = {
    "idx": idx.FORMAT,
    "npz": npz.FORMAT,
    "ndjson": ndjson.FORMAT,
    "csv": csv.FORMAT,
    "png": png.FORMAT,
}
"""By the names that `--format` and the admin use."""
