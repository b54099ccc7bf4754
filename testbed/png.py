"""PNGs with a filter of choice for each row, which Pillow chooses itself, and their chunks."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""By the number of channels: grey, grey with alpha, RGB and RGBA (PNG, third edition, table 8)."""

FILTERS = range(5)
"""None, Sub, Up, Average and Paeth (section 9.2)."""


def png(pixels: np.ndarray, filters: Sequence[int]) -> bytes:
    """A PNG of (height, width, channels) uint8. Its rows have these filters in turn."""
    height, width, channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[channels], 0, 0, 0)
    data = zlib.compress(filtered(pixels, filters))
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND")


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def filtered(pixels: np.ndarray, filters: Sequence[int]) -> bytes:
    """The rows as a PNG compresses them, each behind its filter's number."""
    levels = np.pad(pixels.astype(int), ((1, 0), (1, 0), (0, 0)))
    now, left, up, corner = levels[1:, 1:], levels[1:, :-1], levels[:-1, 1:], levels[:-1, :-1]
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    nearest = np.where(to_up <= to_corner, up, corner)
    nearest = np.where((to_left <= to_up) & (to_left <= to_corner), left, nearest)
    predictions = np.stack((np.zeros_like(now), left, up, (left + up) // 2, nearest))
    kinds = np.resize(np.array(filters), len(now))
    rows = ((now - predictions[kinds, np.arange(len(now))]) & 255).reshape(len(now), -1)
    return np.hstack((kinds[:, np.newaxis], rows)).astype(np.uint8).tobytes()
