"""A training that takes seconds: few digits, few drawings, few of everything."""

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import TypedDict

WRITERS, EACH = 4, 10


class Small(TypedDict):
    held_out: int
    held_out_writers: int
    minibatch_size: int
    averaging: float
    drawn: int
    renderings: int
    outliers: int
    outlier_pool: int


SMALL: Small = {
    "held_out": 50,
    "held_out_writers": 1,
    "minibatch_size": 32,
    "averaging": 0.5,
    "drawn": 60,
    "renderings": 1,
    "outliers": 20,
    "outlier_pool": 30,
}

SMALL_OPTIONS = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items()]


def write_few_drawings(source: Path, folder: Path) -> Path:
    """A file of the same name with the first drawings of the first writers."""
    lines_of = defaultdict(list)
    for line in gzip.decompress(source.read_bytes()).splitlines():
        lines_of[json.loads(line)["writer"]].append(line)
    kept = [line for writer in sorted(lines_of)[:WRITERS] for line in lines_of[writer][:EACH]]
    path = folder / source.name
    path.write_bytes(gzip.compress(b"\n".join(kept)))
    return path
