"""Damaged pictures: valid ones of both formats and all modes, changed at random.

Some changes concern any bytes, others the parts of a format, with correct checksums, so that they reach what
a decoder does after its first checks.
"""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

Random = np.random.Generator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = (
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"iCCP",
    b"tEXt",
    b"zTXt",
    b"iTXt",
    b"eXIf",
    b"acTL",
)
"""Types of PNG chunks that Pillow knows (PNG, third edition, section 5.6)."""

SIZES = (1, 2, 28, 97, 280)


def valid_pictures() -> list[bytes]:
    """Valid pictures to start from."""
    found = []
    for size in SIZES:
        grey = np.full((size, size + size // 3), 255, np.uint8)
        grey[size // 5 : -(size // 5) or None, size // 2 : size // 2 + max(1, size // 12)] = 0
        image = Image.fromarray(grey)
        found += [_png(image.convert(mode)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")]
        found.append(_png(Image.fromarray(grey.astype(np.uint16) * 257)))  # Sixteen bits.
        found.append(_png(image.convert("P"), bits=4, transparency=1))
        found.append(interlaced(grey))
        exif = Image.Exif()
        exif[0x0112] = 6  # The orientation.
        for mode in ("L", "RGB", "CMYK"):
            for options in (
                {},
                {"progressive": True},
                {"quality": 5, "exif": exif},
                {"restart_marker_blocks": 1},
            ):
                file = BytesIO()
                image.convert(mode).save(file, "JPEG", **options)
                found.append(file.getvalue())
    return found


def damaged(content: bytes, random: Random) -> bytes:
    """A picture with one to four changes."""
    is_png = content.startswith(SIGNATURE)
    for _ in range(int(random.integers(1, 5))):
        changes = ANYWHERE + (OF_CHUNKS if is_png and content.startswith(SIGNATURE) else OF_SEGMENTS)
        content = changes[random.integers(len(changes))](content, random) or content
    return content


def interlaced(grey: np.ndarray) -> bytes:
    """A PNG of seven passes (Adam7), which Pillow reads, but does not write."""
    rows = b"".join(
        b"".join(b"\0" + row.tobytes() for row in grey[top::down, left::right] if row.size)
        for left, top, right, down in (
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
        )
    )  # fmt: skip
    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 1)
    return _joined([(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")])


def _png(image: Image.Image, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


# --- Of any bytes


def _flip(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for place in random.integers(0, len(content), int(random.integers(1, 9))):
        changed[place] = int(random.integers(256))
    return bytes(changed)


def _cut(content: bytes, random: Random) -> bytes:
    return content[: int(random.integers(1, len(content) + 1))]


def _remove(content: bytes, random: Random) -> bytes:
    start, end = sorted(random.integers(0, len(content), 2))
    return content[:start] + content[end:]


def _repeat(content: bytes, random: Random) -> bytes:
    start, end = sorted(random.integers(0, len(content), 2))
    return content[:end] + content[start:end] * int(random.integers(1, 20)) + content[end:]


def _insert(content: bytes, random: Random) -> bytes:
    place = int(random.integers(len(content) + 1))
    return content[:place] + random.bytes(int(random.integers(1, 100))) + content[place:]


# --- Of PNG's chunks

Chunk = tuple[bytes, bytes]


def _split(content: bytes) -> list[Chunk]:
    chunks, place = list[Chunk](), len(SIGNATURE)
    while place + 8 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        chunks.append((content[place + 4 : place + 8], content[place + 8 : place + 8 + length]))
        place += 12 + length
    return chunks


def _joined(chunks: list[Chunk]) -> bytes:
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _of_chunks(change: Callable[[list[Chunk], int, Random], None]) -> Callable[[bytes, Random], bytes]:
    def changed(content: bytes, random: Random) -> bytes:
        if chunks := _split(content):
            change(chunks, int(random.integers(len(chunks))), random)
        return _joined(chunks)

    return changed


def _other_type(chunks: list[Chunk], place: int, random: Random) -> None:
    chunks[place] = (CHUNKS[random.integers(len(CHUNKS))], chunks[place][1])


def _other_data(chunks: list[Chunk], place: int, random: Random) -> None:
    kind, data = chunks[place]
    chunks[place] = (kind, _flip(data, random) if data else random.bytes(4))


def _other_header(chunks: list[Chunk], _: int, random: Random) -> None:
    """Another size, depth, colour type, or form of interlacing."""
    values = [int(value) for value in random.choice([0, 1, 7, 28, 300, 2_048, 1 << 31], 2)]
    values += [
        int(random.choice(choices))
        for choices in ([1, 2, 4, 8, 16, 3], [0, 2, 3, 4, 6, 1], [0, 1], [0, 1], [0, 1])
    ]
    header = struct.pack(">IIBBBBB", *values)
    kept = chunks[0][1].ljust(13, b"\0")
    size_too = random.random() < 0.3
    chunks[0] = (b"IHDR", header if size_too else kept[:8] + header[8:])


def _drop(chunks: list[Chunk], place: int, _: Random) -> None:
    del chunks[place]


def _again(chunks: list[Chunk], place: int, random: Random) -> None:
    chunks.insert(int(random.integers(len(chunks) + 1)), chunks[place])


def _new(chunks: list[Chunk], place: int, random: Random) -> None:
    data = random.bytes(int(random.integers(0, 800)))
    if random.random() < 0.5:
        data = b"name\0\0" + zlib.compress(data * int(random.integers(1, 1_000)))
    chunks.insert(place, (CHUNKS[random.integers(len(CHUNKS))], data))


def _other_pixels(chunks: list[Chunk], _: int, random: Random) -> None:
    """Other bytes before compression: filters that do not exist, rows that are too short or too long."""
    joined = b"".join(data for kind, data in chunks if kind == b"IDAT")
    try:
        pixels = zlib.decompress(joined)
    except zlib.error:
        return
    change = (_flip, _cut, _repeat)[random.integers(3)]
    others = [chunk for chunk in chunks if chunk[0] != b"IDAT"]
    others.insert(
        max(1, len(others) - 1),
        (b"IDAT", zlib.compress(change(pixels, random)[:1_000_000] if pixels else b"")),
    )
    chunks[:] = others


# --- Of JPEG's segments


def _of_segments(change: Callable[[list[bytes], int, Random], None]) -> Callable[[bytes, Random], bytes]:
    def changed(content: bytes, random: Random) -> bytes:
        segments = content.split(b"\xff")
        change(segments, int(random.integers(len(segments))), random)
        return b"\xff".join(segments)

    return changed


def _drop_segment(segments: list[bytes], place: int, _: Random) -> None:
    del segments[place]


def _segment_again(segments: list[bytes], place: int, random: Random) -> None:
    segments.insert(int(random.integers(len(segments) + 1)), segments[place])


def _exchange(segments: list[bytes], place: int, random: Random) -> None:
    other = int(random.integers(len(segments)))
    segments[place], segments[other] = segments[other], segments[place]


def _other_segment(segments: list[bytes], place: int, random: Random) -> None:
    if segments[place]:
        segments[place] = _flip(segments[place], random)


def _other_marker(segments: list[bytes], place: int, random: Random) -> None:
    """Another kind of frame, table, scan, application data or restart (ITU-T T.81, table B.1)."""
    segments[place] = bytes([int(random.integers(0xC0, 0x100))]) + segments[place][1:]


Change = Callable[[bytes, Random], bytes]
ANYWHERE: tuple[Change, ...] = (_flip, _cut, _remove, _repeat, _insert)
OF_CHUNKS: tuple[Change, ...] = tuple(
    map(
        _of_chunks,
        (_other_type, _other_data, _other_header, _other_header, _drop, _again, _new, _other_pixels),
    )
)
OF_SEGMENTS: tuple[Change, ...] = tuple(
    map(_of_segments, (_drop_segment, _segment_again, _exchange, _other_segment, _other_marker))
)
