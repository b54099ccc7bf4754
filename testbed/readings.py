"""Drawings of all kinds, and how they are read, to compare compiled code with what it replaces."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from management.training.datasets.canvas import render
from management.training.datasets.drawings import LabelledDrawing
from mnistsite.types import Box, DomainError
from recognizer import compiled
from recognizer.preprocessing.ink import ink_of
from recognizer.preprocessing.normalization import normalize
from recognizer.reader import reduce
from recognizer.segmentation.components import find_components
from testbed.drawings import CORNERS, encoded, on_canvas
from testbed.numbers import NEARLY_TOUCHING, NORMAL, Style, write_number
from testbed.photographs import CONDITIONS, photograph
from testbed.png import FILTERS, png

MAX_PIXELS = 4_194_304

Random = np.random.Generator


@contextmanager
def without_kernels() -> Iterator[None]:
    """Read as a process does that has loaded no compiled code."""
    kernels = compiled.kernels
    compiled.kernels = None
    try:
        yield
    finally:
        compiled.kernels = kernels


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the steps before the network find in a drawing."""

    error: str = ""
    """Its type and text; then there is nothing else."""
    media_type: str = ""
    ink: bytes = b""
    boxes: tuple[tuple[int, Box], ...] = ()
    """With their labels; empty if there are too many for a number."""
    labels: bytes = b""
    inputs: bytes = b""
    """Of the whole and of each component: (n, 28, 28) float32."""


def read(content: bytes) -> Reading:
    """What is found in a PNG or JPEG."""
    try:
        ink, media_type = ink_of(content, max_pixels=MAX_PIXELS)
    except DomainError as error:
        return Reading(error=f"{type(error).__name__}: {error}")
    reduced, _ = reduce(ink)
    components = find_components(reduced)
    if components is None:
        return Reading(media_type=media_type, ink=ink.tobytes())
    parts = [components.ink[components.box.window]]
    parts += [components.ink[box.window] * components.mask(label) for label, box in components.boxes.items()]
    return Reading(
        media_type=media_type,
        ink=ink.tobytes() + components.ink.tobytes(),
        boxes=tuple(components.boxes.items()),
        labels=components.labels.astype(np.int32).tobytes(),
        inputs=b"".join(normalize(part).tobytes() for part in parts),
    )


def drawings(
    images: np.ndarray, pens: Sequence[LabelledDrawing], *, count: int, seed: int = 1
) -> Iterator[tuple[str, bytes]]:
    """As many files of all kinds in turn, each with its kind's name.

    images: (n, 28, 28) uint8 digits, light on dark. pens: digits as strokes.
    """
    for number in range(count):
        random = np.random.default_rng((seed, number))
        name = list(KINDS)[number % len(KINDS)]
        image = images[random.integers(len(images))]
        some_pens = [pens[i] for i in random.integers(len(pens), size=6)]
        yield name, KINDS[name](image, some_pens, random)


def rgba(grey: np.ndarray) -> bytes:
    """As canvases send it, with the filters that Pillow chooses."""
    return encoded(Image.fromarray(grey).convert("RGBA"))


def _canvas(image: np.ndarray, _: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    size = int(random.choice((280, 200, 112, 42)))
    return np.asarray(on_canvas(image, size=size, corner=CORNERS[random.integers(4)]))


def _pen(_: np.ndarray, pens: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    side = int(random.choice((140, 280, 400)))
    strokes = pens[0].strokes
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), max(1.0, float(np.ptp(points, axis=0).max()))
    scale = side * random.uniform(0.1, 0.85) / extent
    offset = random.uniform(0, side - scale * extent, 2)
    placed = [((stroke - low) * scale + offset).astype(np.float32) for stroke in strokes]
    return 255 - render(placed, width=random.uniform(1.5, side / 9), shape=(side, side))


def _number(_: np.ndarray, pens: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    style = Style((NORMAL, NEARLY_TOUCHING)[random.integers(2)], canvas=(280, int(random.choice((280, 800)))))
    return 255 - write_number(pens, style, random).ink


def _dirty(image: np.ndarray, pens: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    grey = _canvas(image, pens, random).copy()
    for _ in range(random.integers(1, 60)):
        y, x = random.integers(0, 280, 2)
        grey[y : y + random.integers(1, 9), x : x + random.integers(1, 9)] = random.integers(0, 256)
    return grey


def _ruled(image: np.ndarray, pens: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    grey = _canvas(image, pens, random).copy()
    thickness, level = int(random.integers(1, 6)), int(random.integers(0, 200))
    for y in random.integers(0, 280, random.integers(1, 5)):
        grey[y : y + thickness] = level
    return grey if random.random() < 0.5 else np.ascontiguousarray(grey.T)


def _tiny(image: np.ndarray, _: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    height, width = random.integers(1, 33, 2).tolist()
    return 255 - cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _ribbon(_: np.ndarray, __: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    shape = int(random.integers(1, 4)), int(random.integers(100, 3000))
    grey = np.where(random.random(shape) < 0.01, 0, 255).astype(np.uint8)
    return grey if random.random() < 0.5 else np.ascontiguousarray(grey.T)


def _large(image: np.ndarray, _: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    height, width = random.integers(600, 1400, 2).tolist()
    return 255 - cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)


def _noise(_: np.ndarray, __: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    shape = random.integers(1, 120, 2)
    return np.where(random.random(shape) < random.choice((0.01, 0.1, 0.5)), 0, 255).astype(np.uint8)


def _photograph(image: np.ndarray, _: Sequence[LabelledDrawing], random: Random) -> np.ndarray:
    conditions = list(CONDITIONS.values())[random.integers(len(CONDITIONS))]
    return photograph(image, conditions, seed=int(random.integers(1 << 30)), shape=(280, 280))


def _coloured(grey: np.ndarray, random: Random) -> np.ndarray:
    """The ink in a colour, on coloured paper, or in one channel alone."""
    paper, ink = random.integers(0, 256, 3), random.integers(0, 256, 3)
    share = grey[:, :, np.newaxis] / 255
    return np.asarray((paper * share + ink * (1 - share)).round().astype(np.uint8))


def _transparent(grey: np.ndarray, random: Random) -> np.ndarray:
    level = np.full_like(grey, random.choice((0, 90, 255)))
    return np.dstack((level, level, level, 255 - grey))


def _nearly_opaque(grey: np.ndarray, random: Random) -> np.ndarray:
    """One pixel differs: in its opacity, or in one of red, green and blue."""
    pixels = np.dstack((grey, grey, grey, np.full_like(grey, 255)))
    y, x = random.integers(0, grey.shape[0]), random.integers(0, grey.shape[1])
    pixels[y, x, random.integers(4)] ^= np.uint8(1 << random.integers(8))
    return pixels


def _channels(grey: np.ndarray, count: int) -> np.ndarray:
    layers = {1: (grey,), 3: (grey,) * 3, 4: (*(grey,) * 3, np.full_like(grey, 255))}
    return np.dstack(layers[count])


def _jpeg(grey: np.ndarray, random: Random) -> bytes:
    file = BytesIO()
    Image.fromarray(grey).save(file, "JPEG", quality=int(random.integers(30, 96)))
    return file.getvalue()


Kind = Callable[[np.ndarray, Sequence[LabelledDrawing], Random], bytes]


def _with_filters(channels: int, filters: Sequence[int]) -> Kind:
    def draw(image: np.ndarray, pens: Sequence[LabelledDrawing], random: Random) -> bytes:
        return png(_channels(_pen(image, pens, random), channels), filters)

    return draw


KINDS: dict[str, Kind] = {
    "MNIST on a canvas": lambda *given: rgba(_canvas(*given)),
    "pen on a canvas": lambda *given: rgba(_pen(*given)),
    "number": lambda *given: rgba(_number(*given)),
    "light on dark": lambda *given: rgba(255 - _pen(*given)),
    "faint, on grey": lambda *given: rgba(_pen(*given) // 5 + 120),
    "dirty": lambda *given: rgba(_dirty(*given)),
    "ruled": lambda *given: rgba(_ruled(*given)),
    "tiny": lambda *given: rgba(_tiny(*given)),
    "ribbon": lambda *given: rgba(_ribbon(*given)),
    "large": lambda *given: rgba(_large(*given)),
    "noise": lambda *given: rgba(_noise(*given)),
    "photograph": lambda *given: rgba(_photograph(*given)),
    "coloured": lambda *given: png(_coloured(_pen(*given), given[2]), [2]),
    "transparent": lambda *given: png(_transparent(_pen(*given), given[2]), [1]),
    "nearly opaque and grey": lambda *given: png(
        _nearly_opaque(_pen(*given), given[2]), [given[2].integers(5)]
    ),
    "JPEG": lambda *given: _jpeg(_pen(*given), given[2]),
    "palette": lambda *given: encoded(Image.fromarray(_pen(*given)).convert("P")),
    "filters in turn": _with_filters(4, FILTERS),
} | {
    f"{name}, filter {kind}": _with_filters(channels, [kind])
    for channels, name in ((1, "grey"), (3, "RGB"), (4, "RGBA"))
    for kind in FILTERS
}
