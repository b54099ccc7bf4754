"""Thousands of drawings, no two alike: people's strokes, drawn and encoded as the page's canvas does."""

import json
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from management.training.datasets import drawings
from management.training.datasets.canvas import CANVAS_SIZE, PEN_WIDTH, render, scale_to
from management.training.datasets.drawings import Strokes
from testbed.drawings import data_url

COUNT = 5_000
SIZES = (160, 250)
"""Pixels of a digit's longer side."""

POINT_MS = 8


def bodies(folder: Path) -> list[dict]:
    """What the page sends for each drawing: `data` and `strokes`. They are made once and kept in a folder."""
    version = zlib.crc32(Path(__file__).read_bytes())
    file = folder / f"drawings-{version:08x}.ndjson"
    if not file.exists():
        chosen = drawings.read(drawings.PEN_DIGITS).drawings[:COUNT]
        with ProcessPoolExecutor() as processes:
            lines = list(processes.map(_line, range(COUNT), [each.strokes for each in chosen], chunksize=100))
        file.with_suffix(".partial").write_text("".join(lines))
        file.with_suffix(".partial").rename(file)
    return [json.loads(line) for line in file.read_text().splitlines()]


def _line(number: int, strokes: Strokes) -> str:
    random = np.random.default_rng(number)
    scaled, extent = scale_to(strokes, size=random.uniform(*SIZES), width=PEN_WIDTH)
    offset = random.uniform(0, CANVAS_SIZE - extent)
    placed = [(stroke + offset).astype(np.float32) for stroke in scaled]
    ink = render(placed, width=PEN_WIDTH, shape=(CANVAS_SIZE, CANVAS_SIZE))
    body = {"data": data_url(canvas_png(255 - ink)), "strokes": list(_stroke_data(placed))}
    return json.dumps(body, separators=(",", ":")) + "\n"


def canvas_png(grey: np.ndarray) -> bytes:
    """Grey levels, (height, width) uint8, as Chromium's canvas encodes them: as RGBA, filter Up, fast."""
    height, width = grey.shape
    pixels = np.dstack((grey, grey, grey, np.full_like(grey, 255))).reshape(height, 4 * width)
    filtered = np.diff(pixels, axis=0, prepend=np.zeros_like(pixels[:1]))
    rows = np.insert(filtered, 0, 2, axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _stroke_data(strokes: Strokes) -> Iterator[list[list[float]]]:
    """Each as x, y, t, pressure and width of its points: static/js/canvas/stroke_data.js."""
    start = 0
    for stroke in strokes:
        x, y = (np.round(axis.astype(float), 2).tolist() for axis in stroke.T)
        times: list[float] = [start + POINT_MS * i for i in range(len(stroke))]
        yield [x, y, times, [0.5] * len(stroke), [round(PEN_WIDTH)] * len(stroke)]
        start += POINT_MS * (len(stroke) + 20)
