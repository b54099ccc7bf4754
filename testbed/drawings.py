"""Drawings for the tests and benchmarks: MNIST's digits on a canvas such as the page's."""

import base64
from io import BytesIO
from typing import Literal

import numpy as np
from PIL import Image

CANVAS = 280
Corner = Literal["whole", "upper left", "upper right", "lower left", "lower right"]
CORNERS: tuple[Corner, ...] = ("upper left", "upper right", "lower left", "lower right")


def on_canvas(digit: np.ndarray, *, size: int = CANVAS, corner: Corner = "whole") -> Image.Image:
    """A digit, (28, 28) uint8 light on dark, enlarged to `size` pixels on a white 280x280 canvas in black."""
    ink = Image.fromarray(digit).resize((size, size), Image.Resampling.BICUBIC)
    canvas = Image.new("L", (CANVAS, CANVAS), 255)
    x = CANVAS - size if "right" in corner else 0
    y = CANVAS - size if "lower" in corner else 0
    canvas.paste(0, (x, y), mask=ink)
    return canvas


def encoded(image: Image.Image, file_format: str = "PNG") -> bytes:
    """The image as a file's bytes."""
    file = BytesIO()
    image.save(file, file_format)
    return file.getvalue()


def data_url(content: bytes, media_type: str = "image/png") -> str:
    """The bytes as a canvas's `toDataURL` gives them."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
