"""Drawings, no two alike: people's strokes, drawn and encoded as the page's canvas does."""

import json
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from management.training.datasets import drawings
from management.training.datasets.canvas import CANVAS_SIZE, PEN_WIDTH, render, scale_to
from management.training.datasets.drawings import LabelledDrawing, Strokes
from testbed.drawings import data_url
from testbed.numbers import NORMAL, Style, write_number

SIZES = (160, 250)
"""Pixels of a digit's longer side, where the canvas has 280."""

POINT_MS = 8

Draw = Callable[[Sequence[LabelledDrawing], int], tuple[np.ndarray, Strokes]]
"""From people's digits and a drawing's number to its ink, (height, width) uint8, and its strokes."""


def draw_digit(
    digits: Sequence[LabelledDrawing], number: int, *, scale: int = 1
) -> tuple[np.ndarray, Strokes]:
    """A digit with the page's pen. scale: 1 for the page's canvas, 2 for one with twice its sides."""
    random = np.random.default_rng(number)
    side, pen = CANVAS_SIZE * scale, PEN_WIDTH * scale
    strokes, extent = scale_to(digits[number].strokes, size=random.uniform(*SIZES) * scale, width=pen)
    offset = random.uniform(0, side - extent)
    placed = [(stroke + offset).astype(np.float32) for stroke in strokes]
    return render(placed, width=pen, shape=(side, side)), placed


def draw_number(digits: Sequence[LabelledDrawing], number: int, *, length: int) -> tuple[np.ndarray, Strokes]:
    """Digits of several people beside each other."""
    style = Style(NORMAL, lengths=(length, length))
    written = write_number(digits, style, np.random.default_rng(number))
    return written.ink, written.strokes


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    draw: Draw
    count: int


KINDS = {
    "digits": Kind("one digit, 280×280", draw_digit, 5_000),
    "560px": Kind("one digit, 560×560", partial(draw_digit, scale=2), 1_000),
    "1120px": Kind("one digit, 1120×1120", partial(draw_digit, scale=4), 500),
    "2-digits": Kind("two digits", partial(draw_number, length=2), 1_000),
    "4-digits": Kind("four digits", partial(draw_number, length=4), 1_000),
    "6-digits": Kind("six digits", partial(draw_number, length=6), 1_000),
}


MOST = max(kind.count for kind in KINDS.values())


def bodies(name: str, folder: Path) -> list[dict]:
    """The page's `data` and `strokes` for each drawing. They are made once and kept in a folder."""
    version = zlib.crc32(Path(__file__).read_bytes())
    file = folder / f"{name}-{version:08x}.ndjson"
    if not file.exists():
        digits, kind = drawings.read(drawings.PEN_DIGITS).drawings, KINDS[name]
        with ProcessPoolExecutor(initializer=_share, initargs=(digits,)) as processes:
            lines = list(processes.map(partial(_line, kind.draw), range(kind.count), chunksize=50))
        file.with_suffix(".partial").write_text("".join(lines))
        file.with_suffix(".partial").rename(file)
    return [json.loads(line) for line in file.read_text().splitlines()]


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


_digits: list[LabelledDrawing] = []
"""In each drawing process."""


def _share(digits: Sequence[LabelledDrawing]) -> None:
    _digits.extend(digits)


def _line(draw: Draw, number: int) -> str:
    ink, strokes = draw(_digits, number)
    body = {"data": data_url(canvas_png(255 - ink)), "strokes": list(_stroke_data(strokes))}
    return json.dumps(body, separators=(",", ":")) + "\n"


def _stroke_data(strokes: Strokes) -> Iterator[list[list[float]]]:
    """Each as x, y, t, pressure and width of its points: static/js/canvas/stroke_data.js."""
    start = 0
    for stroke in strokes:
        x, y = (np.round(axis.astype(float), 2).tolist() for axis in stroke.T)
        times: list[float] = [start + POINT_MS * i for i in range(len(stroke))]
        yield [x, y, times, [0.5] * len(stroke), [round(PEN_WIDTH)] * len(stroke)]
        start += POINT_MS * (len(stroke) + 20)
