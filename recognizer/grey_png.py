"""The short way from a PNG to its grey levels, for pictures as canvases make them.

They are grey and opaque, so one channel of four is enough, and their files have nothing else in them.
Whatever is otherwise takes the long way, decode().
"""

import struct

import deflate
import numpy as np

from recognizer import compiled
from recognizer.decoding import MAX_SIDE, has_much_compressed

START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

HEADER = struct.Struct(">IIBBBBB")
"""Width, height, bit depth, colour type, and the methods of compression, filtering and interlacing."""

CHANNELS = {0: 1, 2: 3, 6: 4}
"""By colour type: grey, RGB and RGBA."""

HARMLESS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9}
"""Chunks that change no pixel, and their lengths. decode() does not apply them, either."""

MAX_DATA_CHUNKS = 1024
"""Canvases cut their data into pieces of 4 kB or more. Each chunk costs a microsecond."""


def read_grey_png(content: bytes, *, max_pixels: int) -> np.ndarray | None:
    """Its grey levels, (height, width) uint8; None if decode() has to read, or refuse, the file.

    The limits are checked before anything is inflated, and nothing is inflated beyond the picture's size.
    """
    if compiled.kernels is None or not content.startswith(START) or len(content) < len(START) + HEADER.size:
        return None
    width, height, depth, colour_type, *methods = HEADER.unpack_from(content, len(START))
    channels = CHANNELS.get(colour_type)
    is_usual = depth == 8 and channels is not None and not any(methods)
    if not is_usual or not width * height or width * height > max_pixels or max(width, height) > MAX_SIDE:
        return None
    if has_much_compressed(content) or (data := _only_data(content)) is None:
        return None
    size = height * (1 + width * channels)
    try:
        filtered = deflate.zlib_decompress(data, size)
    except deflate.DeflateError:
        return None
    if len(filtered) != size or data[-4:] != deflate.adler32(filtered).to_bytes(4, "big"):
        return None
    grey = np.empty((height, width), np.uint8)
    is_grey = compiled.kernels.undo_filters(np.frombuffer(filtered, np.uint8), grey, channels)
    return grey if is_grey else None


def _only_data(content: bytes) -> bytes | None:
    """The compressed data of a PNG whose chunks are all sound; None if it has others that may matter."""
    view, place = memoryview(content), len(START) - 8
    harmless, data = {b"IHDR": HEADER.size} | HARMLESS, list[memoryview]()
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 8 + length
        if view[end : end + 4] != deflate.crc32(view[place + 4 : end]).to_bytes(4, "big"):
            return None
        if kind == b"IEND":
            return b"".join(data) if length == 0 and end + 4 == len(content) else None
        if kind == b"IDAT" and len(data) < MAX_DATA_CHUNKS:
            data.append(view[place + 8 : end])
        elif data or harmless.pop(kind, None) != length:
            return None
        place = end + 4
    return None
