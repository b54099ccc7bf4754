"""Telling a drawing's ink from its paper.

This module reads flat paper, as of a canvas; for uneven paper it uses `paper`, `ruling` and `strokes`.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from recognizer import compiled
from recognizer.decoding import decode
from recognizer.errors import BlankDrawing
from recognizer.grey_png import read_grey_png
from recognizer.preprocessing.ruling import MAX_LINE_SHARE, erase_ruling
from recognizer.preprocessing.strokes import keep_strokes
from recognizer.preprocessing.uneven_paper import find_contrast

MIN_CONTRAST = 32
"""Grey levels of 255 between paper and ink, below which a drawing counts as blank."""

MIN_UNEVEN_CONTRAST = 48
"""The same on uneven paper, 255 being all of the paper's light: a table's grain is fainter."""

MIN_FLAT_SHARE = 0.6
"""Of the pixels within MIN_CONTRAST of the paper's level, the share that has exactly this level: more on flat
paper with antialiased ink, fewer where there is noise or uneven light."""

MAX_SIDE = 640
"""Pixels of the longer side of the copy on which uneven paper is read: a pen of 0.3 % still has two."""

WHITE, BLACK, OPAQUE = 255, 0, 255


def ink_of(content: bytes, *, max_pixels: int) -> tuple[np.ndarray, str]:
    """The ink in a PNG or JPEG, as find_ink_in() finds it, and its media type.

    Raises the errors of decode(), and BlankDrawing.
    """
    grey = read_grey_png(content, max_pixels=max_pixels)
    if grey is not None:  # Red, green and blue have the same levels and need not be tried.
        return find_ink(grey), "image/png"
    image, media_type = decode(content, max_pixels=max_pixels)
    return find_ink_in(image), media_type


def find_ink_in(image: Image.Image) -> np.ndarray:
    """The ink in the first view of a drawing that shows any: (height, width) uint8, paper 0.

    Raises BlankDrawing when no view does.
    """
    for grey in grey_levels(image):
        try:
            return find_ink(grey)
        except BlankDrawing:
            continue
    raise BlankDrawing


def grey_levels(image: Image.Image) -> Iterator[np.ndarray]:
    """Views of a drawing in which its ink may show, as (height, width) uint8, the likeliest first.

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


def find_ink(grey: np.ndarray) -> np.ndarray:
    """How far each pixel stands out from the paper: (height, width) uint8, paper 0.

    On flat paper, as a canvas has it, the paper is the median of the drawing's border, and ink is what
    differs from it towards the side, darker or lighter, where the difference is greatest. On paper that is
    noisy, ruled or unevenly lit, ink is the strokes alone, and all else is 0.
    Raises BlankDrawing when nothing stands out by MIN_CONTRAST.
    """
    if kernels := compiled.kernels_for(grey):
        ink = np.empty(grey.shape, np.uint8)
        limits = MIN_CONTRAST, MIN_FLAT_SHARE, MAX_LINE_SHARE
        found = kernels.subtract_flat_paper(np.ascontiguousarray(grey), ink, *limits)
        if found == kernels.IS_BLANK:
            raise BlankDrawing
        return ink if found == kernels.IS_INK else _find_ink_on_uneven_paper(grey)
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    # The median, by counting levels: five times faster than NumPy's, which sorts.
    counts = np.bincount(border, minlength=256)
    paper = int(np.searchsorted(np.cumsum(counts), (len(border) + 1) // 2))
    if max(paper - int(grey.min()), int(grey.max()) - paper) < MIN_CONTRAST:
        raise BlankDrawing
    return subtract_paper(grey, paper) if _is_flat(grey, paper) else _find_ink_on_uneven_paper(grey)


def subtract_paper(grey: np.ndarray, paper: int) -> np.ndarray:
    """How far each pixel differs from the paper's level towards the side where the difference is greatest."""
    if paper - int(grey.min()) >= int(grey.max()) - paper:
        return np.uint8(paper) - np.minimum(grey, np.uint8(paper))
    return np.maximum(grey, np.uint8(paper)) - np.uint8(paper)


def _find_ink_on_uneven_paper(grey: np.ndarray) -> np.ndarray:
    """The strokes on any paper, found on a copy of bounded size: a digit needs fewer pixels than a photo."""
    height, width = grey.shape
    scale = MAX_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    reduced = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    ink = keep_strokes(erase_ruling(find_contrast(reduced)), least=MIN_UNEVEN_CONTRAST)
    if not ink.any():
        raise BlankDrawing
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_LINEAR) if scale < 1 else ink


def _is_flat(grey: np.ndarray, paper: int) -> bool:
    """Whether the paper has one level, and no lines of a ruling cross it from edge to edge.

    Bars at the drawing's edge may belong to a digit that fills it, so a ruling has two lines away from it.
    """
    least, most = np.uint8(max(paper - MIN_CONTRAST, 0)), np.uint8(min(paper + MIN_CONTRAST, 255))
    is_paper = grey == np.uint8(paper)
    # One comparison instead of two: levels below the least wrap around, to beyond the most.
    share = np.count_nonzero(is_paper) / np.count_nonzero(grey - least <= most - least)
    if share < MIN_FLAT_SHARE:
        return False
    for axis in (0, 1):
        has_paper = is_paper.any(axis)
        ends = np.flatnonzero(np.diff(has_paper))[0 if has_paper[0] else 1 :]
        runs_without = ends[1::2] - ends[: len(ends) // 2 * 2 : 2]
        if np.count_nonzero(runs_without <= max(2, MAX_LINE_SHARE * len(has_paper))) >= 2:
            return False
    return True


def _on_paper(grey: Image.Image, alpha: Image.Image, paper: int) -> np.ndarray:
    """A drawing with transparency laid on paper of one grey level."""
    flat = Image.new("L", grey.size, paper)
    flat.paste(grey, mask=alpha)
    return np.asarray(flat)
