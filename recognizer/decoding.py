"""From the bytes of a PNG or JPEG to its pixels, with limits that are checked before anything is decoded."""

import struct
import zlib
from io import BytesIO
from typing import NamedTuple

from PIL import ExifTags, Image, PngImagePlugin

from recognizer.errors import NotAnImage, SideTooLong, TooManyPixels

FORMATS = ("PNG", "JPEG")
# Pillow's own limit holds for the whole process, is far higher than ours, and partly a mere warning.
Image.MAX_IMAGE_PIXELS = None
# Characters, each of up to four bytes. Pillow's own limit lets 64 kB become 256 MB.
PngImagePlugin.MAX_TEXT_MEMORY = 1 << 22
# What Pillow raises for damaged files; it has nothing more specific.
DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    struct.error,
    zlib.error,
)

TURN_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that undoes each EXIF orientation that is not upright (EXIF 2.3, tag 0x0112)."""

MAX_JPEG_SCANS = 100
"""A progressive JPEG has about ten. Each costs a pass over the picture: thousands are a bomb."""

JPEG_SCAN = b"\xff\xda"

MAX_PNG_COMPRESSED = 100
"""Compressed texts and colour profiles. Each may become a megabyte, kept or not: a thousand are a bomb."""

PNG_COMPRESSED = (b"zTXt", b"iTXt", b"iCCP")

MAX_SIDE = 16_384
"""Pixels: the longest side that a canvas may have in every browser. The steps that follow store something for
each row or column, so a ribbon would cost a hundred times as much as a square of the same area."""


class DecodedDrawing(NamedTuple):
    image: Image.Image
    media_type: str


def decode(content: bytes, *, max_pixels: int) -> DecodedDrawing:
    """The image with its pixels read, turned upright by its EXIF orientation, and its media type by content.

    Raises NotAnImage, and TooManyPixels or SideTooLong before any pixel is read.
    """
    if has_much_compressed(content):
        raise NotAnImage
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except DECODING_ERRORS as error:
        raise NotAnImage from error
    if image.width * image.height > max_pixels:
        raise TooManyPixels(limit=max_pixels)
    if max(image.size) > MAX_SIDE:
        raise SideTooLong(limit=MAX_SIDE)
    is_png = image.format == "PNG"
    if not is_png and content.count(JPEG_SCAN) > MAX_JPEG_SCANS:
        raise NotAnImage
    try:
        image.load()
        # Text of a PNG may have any name, even the one under which Pillow keeps the transparent colour.
        if isinstance(image.info.get("transparency"), str):
            del image.info["transparency"]
        colours = _without_palette(image)
    except DECODING_ERRORS as error:
        raise NotAnImage from error
    return DecodedDrawing(_upright(colours), "image/png" if is_png else "image/jpeg")


def has_much_compressed(content: bytes) -> bool:
    """Whether a PNG may have more than MAX_PNG_COMPRESSED compressed texts and profiles."""
    # Each of the names has one of these letters, and one byte is found far faster than four.
    if content.count(b"X") + content.count(b"P") <= MAX_PNG_COMPRESSED:
        return False
    return sum(map(content.count, PNG_COMPRESSED)) > MAX_PNG_COMPRESSED


def _without_palette(image: Image.Image) -> Image.Image:
    """The image with its colours themselves. Raises ValueError when its palette is missing."""
    if image.mode != "P":
        return image
    if image.palette is None or not image.palette.palette:
        raise ValueError("There is no palette.")
    return image.convert("RGBA" if "transparency" in image.info else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    """The image turned by its EXIF orientation, which is ignored where it cannot be read."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except (TypeError, *DECODING_ERRORS):
        return image
    return image.transpose(TURN_UPRIGHT[orientation]) if orientation in TURN_UPRIGHT else image
