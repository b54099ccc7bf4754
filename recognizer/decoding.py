"""From the bytes of a PNG or JPEG to grey levels, with limits that hold before anything is decoded."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, PngImagePlugin

from recognizer.errors import BlankDrawing, NotAnImage, SideTooLong, TooManyPixels
from recognizer.preprocessing.ink import NoInk, find_ink

FORMATS = ("PNG", "JPEG")
# Pillow's own limit is one for the whole process, far higher than ours, and partly a mere warning.
Image.MAX_IMAGE_PIXELS = None
# Characters, of which each may take four bytes. Pillow's own limit lets 64 kB become 256 MB.
PngImagePlugin.MAX_TEXT_MEMORY = 1 << 22
# What Pillow raises for damaged files; none of it is more specific.
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
"""What undoes each EXIF orientation that is not upright (EXIF 2.3, tag 0x0112)."""

MAX_JPEG_SCANS = 100
"""A progressive JPEG has about ten. Each costs a pass over the picture: thousands are a bomb."""

JPEG_SCAN = b"\xff\xda"

MAX_PNG_COMPRESSED = 100
"""Compressed texts and colour profiles. Each may become a megabyte, kept or not: a thousand are a bomb."""

PNG_COMPRESSED = (b"zTXt", b"iTXt", b"iCCP")

WHITE, BLACK, OPAQUE = 255, 0, 255

MAX_SIDE = 16_384
"""Pixels, as many as a canvas has at most in every browser. The steps that follow keep something for each row
or column, so a ribbon would cost a hundred times what a square of as many pixels costs."""


class DecodedDrawing(NamedTuple):
    image: Image.Image
    media_type: str


def decode(content: bytes, *, max_pixels: int) -> DecodedDrawing:
    """The image with its pixels read, upright as its EXIF orientation says, and what it is by its content.

    Raises NotAnImage, and before any pixel is read TooManyPixels and SideTooLong.
    """
    if sum(map(content.count, PNG_COMPRESSED)) > MAX_PNG_COMPRESSED:
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
        _forget_text(image)
        colours = _without_palette(image)
    except DECODING_ERRORS as error:
        raise NotAnImage from error
    return DecodedDrawing(_upright(colours), "image/png" if is_png else "image/jpeg")


def grey_levels(image: Image.Image) -> Iterator[np.ndarray]:
    """Views of a drawing as (height, width) uint8, the likeliest first, for who looks for ink in it.

    The first is its brightness on white paper. White ink on a transparent canvas shows only on black, and a
    colour as bright as its paper only in one of red, green and blue.
    """
    if image.mode in {"I", "I;16", "I;16B"}:
        yield (np.asarray(image, np.int32) >> 8).astype(np.uint8)
        return
    if image.has_transparency_data and image.mode != "RGBA":
        image = image.convert("RGBA")
    grey = image.convert("L")
    if image.mode == "RGBA" and (alpha := image.getchannel("A")).getextrema() != (OPAQUE, OPAQUE):
        yield _on_paper(grey, alpha, WHITE)
        yield _on_paper(grey, alpha, BLACK)
    else:
        yield np.asarray(grey)
    if image.mode not in {"1", "L"}:
        colours = image if image.mode in {"RGB", "RGBA"} else image.convert("RGB")
        for colour in ("R", "G", "B"):
            yield np.asarray(colours.getchannel(colour))


def _forget_text(image: Image.Image) -> None:
    """Text of a PNG may have any name, also the one under which Pillow keeps which colour is transparent."""
    if isinstance(image.info.get("transparency"), str):
        del image.info["transparency"]


def _without_palette(image: Image.Image) -> Image.Image:
    """The image with its colours themselves. Raises ValueError when it refers to a palette that it lacks."""
    if image.mode != "P":
        return image
    if image.palette is None or not image.palette.palette:
        raise ValueError("There is no palette.")
    return image.convert("RGBA" if "transparency" in image.info else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF orientation says; one that cannot be read says nothing."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except (TypeError, *DECODING_ERRORS):
        return image
    return image.transpose(TURN_UPRIGHT[orientation]) if orientation in TURN_UPRIGHT else image


def _on_paper(grey: Image.Image, alpha: Image.Image, paper: int) -> np.ndarray:
    """A drawing with transparency laid on paper of one grey level."""
    flat = Image.new("L", grey.size, paper)
    flat.paste(grey, mask=alpha)
    return np.asarray(flat)


def find_ink_in(image: Image.Image) -> np.ndarray:
    """(height, width) uint8, paper 0: the ink in the first view of a drawing that shows any.

    Raises BlankDrawing when none does.
    """
    for grey in grey_levels(image):
        try:
            return find_ink(grey)
        except NoInk:
            continue
    raise BlankDrawing
