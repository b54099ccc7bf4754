"""Labelled drawings as strokes, one JSON object a line: Quick, Draw!'s NDJSON, which history exports have.

{"word": "7", "drawing": [[[x…], [y…], [t…]], …], "writer": "anna"}

The word is the label, and empty for a non-digit; x and y are in pixels or any other unit, y pointing down; t
and what follows it, and the writer, may be left out. A line without a label (its word is null) or without
strokes (its drawing is null) is skipped.
Source: https://github.com/googlecreativelab/quickdraw-dataset, "The raw moderated dataset".
"""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from management.progress import bars, check_stop
from management.training.datasets.idx import open_plain_or_gzip
from management.training.errors import UnusableDataset
from mnistsite.types import NON_DIGIT

SUFFIXES = (".ndjson", ".ndjson.gz")

MAX_LINE_BYTES = 10_000_000
"""Bounds what one line, or a few compressed bytes, can make this module read at once."""

LARGEST_COORDINATE = 1e6

SEVERAL, UNLABELLED, WITHOUT_STROKES = (
    "drawings of several digits",
    "drawings without a label",
    "drawings without strokes",
)
"""Why a line is skipped."""

FOLDER = Path(__file__).parent.parent / "data"
PEN_DIGITS = FOLDER / "pen-digits.ndjson.gz"
LETTERS = FOLDER / "letters.ndjson.gz"

Strokes: TypeAlias = Sequence[np.ndarray]
"""Each (n, 2) float32: x and y of its points, y pointing down."""


@dataclass(frozen=True, slots=True)
class LabelledDrawing:
    """A drawing with its label."""

    strokes: Strokes
    label: int
    """0 to 9, or NON_DIGIT."""
    writer: str
    """Empty where the writer is unknown."""


@dataclass(frozen=True, slots=True)
class DrawingsFile:
    drawings: tuple[LabelledDrawing, ...]
    """Drawings of a single digit, and non-digits."""
    skipped: dict[str, int]
    """The number of other lines, by the reason."""
    sha256: str
    """Of the content, decompressed."""


def read(path: Path) -> DrawingsFile:
    """All drawings of a file, plain or compressed. Raises UnusableDataset naming the file and the line."""
    digest, skipped, drawings = hashlib.sha256(), Counter[str](), list[LabelledDrawing]()
    try:
        with open_plain_or_gzip(path) as stream:
            lines = iter(partial(stream.readline, MAX_LINE_BYTES + 1), b"")
            numbered = enumerate(lines, start=1)
            for number, line in bars(numbered, total=None, description=f"reading {path.name}"):
                check_stop()
                if len(line) > MAX_LINE_BYTES:
                    raise UnusableDataset(f"{path}: has a line of more than {MAX_LINE_BYTES} bytes")
                digest.update(line)
                try:
                    drawing = _parse(line)
                except (ValueError, TypeError, OverflowError, RecursionError) as error:
                    raise UnusableDataset(f"{path}, line {number}: {error}") from error
                if isinstance(drawing, str):
                    skipped[drawing] += 1
                else:
                    drawings.append(drawing)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise UnusableDataset(f"{path}: {error}") from error
    return DrawingsFile(tuple(drawings), dict(skipped), digest.hexdigest())


def _parse(line: bytes) -> LabelledDrawing | str:
    """The drawing in a line, or why it is skipped. Raises ValueError."""
    try:
        drawing = json.loads(line)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from error
    if not isinstance(drawing, dict):
        raise ValueError("is not a JSON object")
    if "word" in drawing and drawing["word"] is None:
        return UNLABELLED
    word = drawing.get("word")
    if word != "" and not (isinstance(word, str) and word.isascii() and word.isdigit()):
        raise ValueError(f'the label {word!r} is unknown: "word" is digits, or "" for a non-digit')
    if "drawing" in drawing and drawing["drawing"] is None:
        return WITHOUT_STROKES
    strokes = _strokes(drawing.get("drawing"))
    if len(word) > 1:
        return SEVERAL
    writer = drawing.get("writer")
    return LabelledDrawing(strokes, int(word) if word else NON_DIGIT, "" if writer is None else str(writer))


def _strokes(lists: Any) -> Strokes:
    """A drawing's strokes from its lists. Raises ValueError."""
    if not isinstance(lists, list) or not lists:
        raise ValueError('has no strokes in "drawing"')
    strokes = []
    for axes in lists:
        is_stroke = isinstance(axes, list) and len(axes) >= 2 and all(isinstance(axis, list) for axis in axes)
        if not is_stroke or not 1 <= len(axes[0]) == len(axes[1]):
            raise ValueError("a stroke is not [[x…], [y…]] with as many x as y")
        # No NaN, no infinity, no integer of a thousand digits, no boolean.
        numbers = (
            type(value) in (int, float) and abs(value) <= LARGEST_COORDINATE for value in (*axes[0], *axes[1])
        )
        if not all(numbers):
            raise ValueError(f"a coordinate is not a number of at most {LARGEST_COORDINATE:.0f}")
        strokes.append(np.array(axes[:2], np.float32).T)
    return tuple(strokes)
