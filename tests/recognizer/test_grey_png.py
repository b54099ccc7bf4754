"""Which PNGs take the short way, and that all others are read, or refused, as without it."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from recognizer.decoding import MAX_SIDE
from recognizer.grey_png import MAX_DATA_CHUNKS, read_grey_png
from testbed.damaged_pictures import interlaced
from testbed.png import FILTERS, SIGNATURE, chunk, filtered, png
from testbed.readings import MAX_PIXELS, read, without_kernels

pytestmark = pytest.mark.usefixtures("kernels")

GREY = np.random.default_rng(1).integers(0, 256, (20, 31), dtype=np.uint8)
GREY[2:18, 3:28] = 255
GREY[5:15, 10:14] = 0
OPAQUE = np.full_like(GREY, 255)
LAYERS = {"grey": (GREY,), "RGB": (GREY,) * 3, "RGBA": (GREY, GREY, GREY, OPAQUE)}
PIXELS = {name: np.dstack(layers) for name, layers in LAYERS.items()}
RGBA = PIXELS["RGBA"]

HEADER = struct.pack(">IIBBBBB", 31, 20, 8, 6, 0, 0, 0)
ROWS = filtered(RGBA, [4])
DATA = zlib.compress(ROWS)
END = chunk(b"IEND")


def with_data(data: bytes, *, header: bytes = HEADER, before: bytes = b"", end: bytes = END) -> bytes:
    return SIGNATURE + chunk(b"IHDR", header) + before + chunk(b"IDAT", data) + end


def short(content: bytes) -> np.ndarray | None:
    return read_grey_png(content, max_pixels=MAX_PIXELS)


def assert_is_short(content: bytes, grey: np.ndarray) -> None:
    found = short(content)
    assert found is not None
    np.testing.assert_array_equal(found, grey)


@pytest.mark.parametrize("filters", [*([kind] for kind in FILTERS), [4, 3, 2, 1, 0], [0, 4], [1, 3], [2, 4]])
@pytest.mark.parametrize("name", PIXELS)
def test_grey_levels_are_read_whatever_the_filters(name: str, filters: list[int]) -> None:
    assert_is_short(png(PIXELS[name], filters), GREY)


@pytest.mark.parametrize("width", [*range(1, 18), 64, 280])
@pytest.mark.parametrize("kind", FILTERS)
def test_rows_of_any_width_are_read(width: int, kind: int) -> None:
    random = np.random.default_rng(width)
    for paper in (0, 77, 255):
        grey = np.where(random.random((9, width)) < 0.1, random.integers(0, 256, (9, width)), paper)
        grey = grey.astype(np.uint8)
        assert_is_short(png(grey[:, :, np.newaxis], [kind]), grey)


FINE = {
    "data in several chunks": SIGNATURE
    + chunk(b"IHDR", HEADER)
    + b"".join(chunk(b"IDAT", part) for part in (DATA[:1], b"", DATA[1:9], DATA[9:]))
    + END,
    "an intent": with_data(DATA, before=chunk(b"sRGB", b"\0")),
    "a gamma": with_data(DATA, before=chunk(b"gAMA", b"\0\0\xb1\x8f")),
    "chromaticities": with_data(DATA, before=chunk(b"cHRM", bytes(32))),
    "compressed pixels twice": with_data(DATA + DATA),
    "a resolution": with_data(DATA, before=chunk(b"pHYs", bytes(8) + b"\1")),
}


@pytest.mark.parametrize("content", FINE.values(), ids=FINE.keys())
def test_what_changes_no_pixel_may_be_there(content: bytes) -> None:
    assert_is_short(content, GREY)
    assert_is_read_as_without(content)


def assert_is_read_as_without(content: bytes) -> None:
    with without_kernels():
        expected = read(content)
    assert read(content) == expected


@pytest.mark.parametrize("kind", FILTERS)
@pytest.mark.parametrize("channel", range(4))
@pytest.mark.parametrize("pixel", [(0, 0), (0, 30), (7, 0), (19, 30)])
def test_one_pixel_that_is_coloured_or_not_opaque_is_enough(
    kind: int, channel: int, pixel: tuple[int, int]
) -> None:
    pixels = RGBA.copy()
    pixels[pixel][channel] ^= 1
    content = png(pixels, [kind])
    assert short(content) is None
    assert_is_read_as_without(content)
    if channel < 3:
        assert short(png(np.ascontiguousarray(pixels[:, :, :3]), [kind])) is None


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def header(**values: int) -> bytes:
    names = ("width", "height", "depth", "colour_type", "compression", "filtering", "interlacing")
    usual = dict(zip(names, struct.unpack(">IIBBBBB", HEADER), strict=True))
    return struct.pack(">IIBBBBB", *(usual | values).values())


def saved(image: Image.Image, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def spelling(words: bytes) -> bytes:
    """A PNG whose pixels, stored as they are, spell something."""
    grey = np.frombuffer(words, np.uint8)[np.newaxis, :, np.newaxis]
    compressor = zlib.compressobj(level=0)
    data = compressor.compress(filtered(grey, [0])) + compressor.flush()
    return with_data(data, header=struct.pack(">IIBBBBB", len(words), 1, 8, 0, 0, 0, 0))


GOOD = with_data(DATA)
IMAGE = Image.fromarray(RGBA)
ODD: dict[str, bytes] = {
    "nothing": b"",
    "a signature": SIGNATURE,
    "no data": SIGNATURE + chunk(b"IHDR", HEADER) + END,
    "a wrong checksum of the header": flipped(GOOD, 32),
    "a wrong checksum of the data": flipped(GOOD, len(GOOD) - len(END) - 1),
    "a wrong checksum of the end": flipped(GOOD, len(GOOD) - 1),
    "a wrong checksum of a harmless chunk": with_data(DATA, before=flipped(chunk(b"sRGB", b"\0"), 12)),
    "a wrong checksum of the pixels": with_data(flipped(DATA, len(DATA) - 1)),
    "a byte after the end": GOOD + b"\0",
    "an end with content": with_data(DATA, end=chunk(b"IEND", b"end")),
    "no end": with_data(DATA, end=b""),
    "a chunk after the data": with_data(DATA, end=chunk(b"gAMA", b"\0\0\xb1\x8f") + END),
    "a chunk between the data": with_data(
        DATA[:9], end=chunk(b"sRGB", b"\0") + chunk(b"IDAT", DATA[9:]) + END
    ),
    "a byte after the compressed pixels": with_data(DATA + b"\0"),
    "a row too few": with_data(zlib.compress(ROWS[:-125])),
    "a row too many": with_data(zlib.compress(ROWS + ROWS[-125:])),
    "a byte too few": with_data(zlib.compress(ROWS[:-1])),
    "a byte too many": with_data(zlib.compress(ROWS + b"\0")),
    "an unknown filter": with_data(zlib.compress(b"\5" + ROWS[1:])),
    "an unknown filter of the last row": with_data(zlib.compress(ROWS[:-125] + b"\5" + ROWS[-124:])),
    "no compression at all": with_data(ROWS),
    "a width of 0": with_data(zlib.compress(bytes(20)), header=header(width=0)),
    "a height of 0": with_data(zlib.compress(b""), header=header(height=0)),
    "another depth": with_data(DATA, header=header(depth=16)),
    "an unknown colour type": with_data(DATA, header=header(colour_type=5)),
    "an unknown compression": with_data(DATA, header=header(compression=1)),
    "an unknown filter method": with_data(DATA, header=header(filtering=1)),
    "interlacing": with_data(DATA, header=header(interlacing=1)),
    "seven passes": interlaced(GREY),
    "a header that is too long": SIGNATURE + chunk(b"IHDR", HEADER + b"\0") + chunk(b"IDAT", DATA) + END,
    "two headers": with_data(DATA, before=chunk(b"IHDR", HEADER)),
    "a gamma twice": with_data(DATA, before=chunk(b"gAMA", b"\0\0\xb1\x8f") * 2),
    "a gamma that is too short": with_data(DATA, before=chunk(b"gAMA", b"\0")),
    "a text": with_data(DATA, before=chunk(b"tEXt", b"name\0text")),
    "an animation": with_data(DATA, before=chunk(b"acTL", struct.pack(">II", 1, 0))),
    "an unknown chunk": with_data(DATA, before=chunk(b"caNv", b"\0")),
    "too many chunks": with_data(DATA, before=chunk(b"IDAT") * MAX_DATA_CHUNKS),
    "an orientation": saved(IMAGE, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"),
    "a colour profile": saved(IMAGE, icc_profile=b"profile"),
    "a palette": saved(IMAGE.convert("P")),
    "grey with opacity": saved(IMAGE.convert("LA")),
    "a transparent grey": saved(Image.fromarray(GREY), transparency=255),
    "a transparent colour": saved(IMAGE.convert("RGB"), transparency=(255, 255, 255)),
    "sixteen bits": saved(Image.fromarray(GREY.astype(np.uint16) * 257)),
    "one bit": saved(Image.fromarray(GREY).convert("1")),
    "too wide": png(np.zeros((1, MAX_SIDE + 1, 1), np.uint8), [0]),
    "too high": png(np.zeros((MAX_SIDE + 1, 1, 1), np.uint8), [0]),
    "too many pixels": png(np.zeros((1025, 4096, 1), np.uint8), [0]),
    "names of compressed chunks": spelling(b"zTXt" * 101),
    "a JPEG": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD.keys())
def test_all_else_takes_the_long_way(content: bytes) -> None:
    assert short(content) is None
    assert_is_read_as_without(content)


def test_a_file_that_is_cut_anywhere_takes_the_long_way() -> None:
    for length in range(len(GOOD)):
        assert short(GOOD[:length]) is None, length
    assert_is_short(GOOD, GREY)


def test_a_wrong_bit_anywhere_takes_the_long_way() -> None:
    for place in range(len(GOOD)):
        assert short(flipped(GOOD, place)) is None, place


def test_the_limit_is_the_caller_s() -> None:
    assert read_grey_png(GOOD, max_pixels=31 * 20) is not None
    assert read_grey_png(GOOD, max_pixels=31 * 20 - 1) is None


@pytest.mark.parametrize("words", [b"zTXt" * 100, b"XP" * 200])
def test_names_of_compressed_chunks_may_be_pixels(words: bytes) -> None:
    content = spelling(words)
    assert short(content) is not None
    assert_is_read_as_without(content)


def test_without_compiled_code_nothing_takes_the_short_way() -> None:
    with without_kernels():
        assert short(GOOD) is None
