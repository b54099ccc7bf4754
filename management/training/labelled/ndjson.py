"""Drawings as strokes, as the page's canvas would show them."""

from pathlib import Path

import numpy as np

from management.progress import Progress
from management.training import drawings
from management.training.labelled import LabelledSet, UnusableSource
from management.training.labelled.canvas import draw_on_canvas
from recognizer.preprocessing import normalize_single


def read_ndjson(path: Path, *, progress: Progress) -> LabelledSet:
    """Every drawing of a single digit or of none. Raises UnusableSource naming the file and the line."""
    file = drawings.read(path, progress=progress)
    if not file.drawings:
        raise UnusableSource(f"{path} holds no drawing of a single digit or of none.")
    name = path.name.removesuffix(".gz").removesuffix(".ndjson")
    shown = progress(file.drawings, total=len(file.drawings), description=f"drawing {name}")
    return LabelledSet(
        name=name,
        fields=np.stack([normalize_single(draw_on_canvas(drawing.strokes)).field for drawing in shown]),
        labels=np.array([drawing.label for drawing in file.drawings], np.int8),
        writers=tuple(drawing.writer for drawing in file.drawings),
        files={path.name: file.sha256},
        skipped=file.skipped,
    )
