import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from recognizer.decoding import decode
from recognizer.errors import BlankDrawing, NotAnImage, TooManyPixels
from recognizer.preprocessing.ink import find_ink_in, grey_levels
from recognizer.preprocessing.normalization import find_box
from testbed.drawings import encoded

LIMIT = 1_000_000
Colour = str | int | tuple[int, ...]


def canvas(mode: str, paper: Colour, ink: Colour) -> Image.Image:
    """A vertical bar at (120, 60), 40 by 160, on a canvas."""
    image = Image.new(mode, (280, 280), paper)
    ImageDraw.Draw(image).rectangle((120, 60, 159, 219), fill=ink)
    return image


CANVASES = {
    "black on white": canvas("RGB", "white", "black"),
    "white on black": canvas("RGB", "black", "white"),
    "grey levels": canvas("L", 255, 0),
    "one bit": canvas("1", 1, 0),
    "palette": canvas("RGB", "white", "black").quantize(4),
    "16 bits": Image.fromarray(np.asarray(canvas("L", 255, 0)).astype(np.uint16) * 257),
    "black on transparent": canvas("RGBA", (0, 0, 0, 0), "black"),
    "white on transparent": canvas("RGBA", (0, 0, 0, 0), "white"),
    "black on white, opaque": canvas("RGBA", "white", "black"),
    "yellow on white": canvas("RGB", "white", "yellow"),
    "red on a green as bright": canvas("RGB", (0, 130, 0), (255, 0, 0)),
    "grey with transparency": canvas("LA", (0, 0), (0, 255)),
}


@pytest.mark.parametrize("image", CANVASES.values(), ids=CANVASES.keys())
def test_the_same_bar_is_found_on_every_kind_of_canvas(image: Image.Image) -> None:
    decoded = decode(encoded(image), max_pixels=LIMIT)
    box = find_box(find_ink_in(decoded.image))
    assert (box.x, box.y, box.width, box.height) == (120, 60, 40, 160)
    assert decoded.media_type == "image/png"


def test_a_jpeg_is_read_too() -> None:
    decoded = decode(encoded(CANVASES["black on white"], "JPEG"), max_pixels=LIMIT)
    box = find_box(find_ink_in(decoded.image))
    assert decoded.media_type == "image/jpeg"
    np.testing.assert_allclose([box.x, box.y, box.width, box.height], [120, 60, 40, 160], atol=1)


UPRIGHT = np.full((80, 120), 255, np.uint8)
UPRIGHT[16:64, 24:40] = UPRIGHT[48:64, 24:104] = 0
"""An L, which looks otherwise in each of eight orientations."""

STORED = {
    1: UPRIGHT,
    2: UPRIGHT[:, ::-1],
    3: UPRIGHT[::-1, ::-1],
    4: UPRIGHT[::-1],
    5: UPRIGHT.T,
    6: UPRIGHT.T[::-1],
    7: UPRIGHT.T[::-1, ::-1],
    8: UPRIGHT.T[:, ::-1],
}
"""What a camera stores, by the sides where its first row and first column belong (EXIF 2.3, tag 0x0112):

1 top, left; 2 top, right; 3 bottom, right; 4 bottom, left;
5 left, top; 6 right, top; 7 right, bottom; 8 left, bottom.
"""


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", STORED)
def test_a_picture_is_turned_upright_as_its_exif_says(orientation: int, file_format: str) -> None:
    exif, file = Image.Exif(), BytesIO()
    exif[0x0112] = orientation
    Image.fromarray(STORED[orientation]).save(file, file_format, exif=exif)
    upright = np.asarray(decode(file.getvalue(), max_pixels=LIMIT).image)
    np.testing.assert_allclose(upright.astype(int), UPRIGHT, atol=10)


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row, and steps, of each pass of an interlaced PNG (PNG specification, section 8.2)."""


def interlaced(grey: np.ndarray) -> bytes:
    """Grey levels as an interlaced PNG, which Pillow reads but does not write."""
    passes = [grey[y::y_step, x::x_step] for x, y, x_step, y_step in ADAM7]
    rows = zlib.compress(b"".join(b"\0" + row.tobytes() for part in passes for row in part))
    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND")


def chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def without(png: bytes, name: bytes) -> bytes:
    """A PNG less one of its chunks."""
    start = png.index(name) - 4
    end = start + 12 + struct.unpack_from(">I", png, start)[0]
    return png[:start] + png[end:]


def with_before(png: bytes, name: bytes, added: bytes) -> bytes:
    """A PNG with a chunk added before another."""
    start = png.index(name) - 4
    return png[:start] + added + png[start:]


def test_an_interlaced_png_is_read() -> None:
    grey = np.asarray(CANVASES["grey levels"])
    decoded = decode(interlaced(grey), max_pixels=LIMIT)
    np.testing.assert_array_equal(next(grey_levels(decoded.image)), grey)


def test_sixteen_bits_are_seen_as_their_upper_eight() -> None:
    levels = np.arange(0, 65_536, 257, np.uint16).reshape(16, 16)
    (view,) = grey_levels(Image.fromarray(levels))
    assert view.ravel().tolist() == list(range(256))


def test_what_nobody_sees_in_sixteen_bits_is_no_ink() -> None:
    """A line that is 200 of 65,535 darker than its paper is one in no view of the drawing."""
    levels = np.full((280, 280), 255, np.uint16)
    levels[100:180, 130:150] = 55
    with pytest.raises(BlankDrawing):
        find_ink_in(Image.fromarray(levels))
    levels <<= 8
    assert find_ink_in(Image.fromarray(levels)).any()


@pytest.mark.filterwarnings("ignore:Truncated File Read")
def test_exif_that_cannot_be_read_says_nothing() -> None:
    image = Image.new("L", (100, 50), 255)
    broken = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x05\0\0\0\x01\0\0\0\xff"
    file = BytesIO()
    image.save(file, "JPEG", exif=broken)
    assert decode(file.getvalue(), max_pixels=LIMIT).image.size == (100, 50)


def test_a_jpeg_of_a_thousand_scans_is_refused_undecoded() -> None:
    file = BytesIO()
    CANVASES["grey levels"].save(file, "JPEG", progressive=True)
    content = file.getvalue()
    assert decode(content, max_pixels=LIMIT).media_type == "image/jpeg"
    last_scan = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(NotAnImage):
        decode(content[:-2] + last_scan * 1000 + content[-2:], max_pixels=LIMIT)


@pytest.mark.parametrize("paper", ["white", "black", "rgb(90, 120, 30)"])
def test_a_canvas_of_one_colour_is_blank(paper: str) -> None:
    with pytest.raises(BlankDrawing):
        find_ink_in(Image.new("RGB", (280, 280), paper))


def test_a_transparent_canvas_is_blank() -> None:
    with pytest.raises(BlankDrawing):
        find_ink_in(Image.new("RGBA", (280, 280), (0, 0, 0, 0)))


GOOD = encoded(CANVASES["black on white"])
IN_PALETTE = encoded(CANVASES["palette"])
DAMAGED = {
    "a palette that is not there": without(IN_PALETTE, b"PLTE"),
    "more transparent colours than colours": with_before(IN_PALETTE, b"IDAT", chunk(b"tRNS", b"\0" * 300)),
    "empty": b"",
    "text": b"hello",
    "a signature alone": GOOD[:8],
    "an empty colour profile behind the pixels": with_before(GOOD, b"IEND", chunk(b"iCCP")),
    "cut short": GOOD[: len(GOOD) // 2],
    "a broken chunk": GOOD[:60] + b"\x00\x01\x02" + GOOD[63:],
    "another format": encoded(CANVASES["black on white"], "GIF"),
    "a cut JPEG": encoded(CANVASES["black on white"], "JPEG")[:300],
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_no_image_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        decode(content, max_pixels=LIMIT)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    bomb = encoded(Image.new("1", (30_000, 30_000)))
    assert len(bomb) < LIMIT
    with pytest.raises(TooManyPixels, match="1,000,000 pixels"):
        decode(bomb, max_pixels=LIMIT)


def test_a_bomb_in_a_text_chunk_does_no_harm() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "a" * 50_000_000, zip=True)
    file = BytesIO()
    CANVASES["grey levels"].save(file, "PNG", pnginfo=info)
    with pytest.raises(NotAnImage):
        decode(file.getvalue(), max_pixels=LIMIT)


def with_texts(number: int, letters: int) -> bytes:
    """A PNG with so many compressed texts, each under a name of its own."""
    content = b"\0\1\0\0\0" + zlib.compress(b"a" * letters)
    texts = (chunk(b"iTXt", f"text {i}".encode() + content) for i in range(number))
    return with_before(GOOD, b"IDAT", b"".join(texts))


@pytest.mark.parametrize(("number", "letters"), [(4, 1_048_576), (100, 1_000)])
def test_texts_are_taken_up_to_their_limits(number: int, letters: int) -> None:
    assert decode(with_texts(number, letters), max_pixels=LIMIT).media_type == "image/png"
    with pytest.raises(NotAnImage):
        decode(with_texts(number + 1, letters), max_pixels=LIMIT)


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_whatever_is_compressed_counts(kind: bytes) -> None:
    """Also under one name, of which Pillow keeps the last."""
    compressed = chunk(kind, b"name\0\0" + zlib.compress(b"text"))
    assert decode(with_before(GOOD, b"IDAT", compressed * 100), max_pixels=LIMIT).media_type == "image/png"
    with pytest.raises(NotAnImage):
        decode(with_before(GOOD, b"IDAT", compressed * 101), max_pixels=LIMIT)


@pytest.mark.parametrize("kind", [b"tEXt", b"iTXt"])
@pytest.mark.parametrize("canvas", ["black on white", "grey levels", "one bit", "palette"])
def test_a_text_by_the_name_of_transparency_is_no_transparency(canvas: str, kind: bytes) -> None:
    text = chunk(kind, b"transparency\0" + b"\0\0\0\0" * (kind == b"iTXt") + b"none")
    content = with_before(encoded(CANVASES[canvas]), b"IDAT", text)
    box = find_box(find_ink_in(decode(content, max_pixels=LIMIT).image))
    assert (box.x, box.y, box.width, box.height) == (120, 60, 40, 160)
