"""What the network saw of a record, found again without the network."""

import subprocess
import sys
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from history.export.fields import FieldsLost, fields_reader
from history.identifiers import new_id
from history.records import Box, Drawing, Record
from management.training.datasets import drawings
from recognizer.seen import as_grey, fields_of
from recognizer.services import Reading, read_drawing
from testbed.drawings import CORNERS, encoded, on_canvas
from testbed.numbers import NEARLY_TOUCHING, NORMAL, Style, write_number
from tests.conftest import ROOT, Digits

NUMBERS = 30


def kept(content: bytes) -> tuple[Record, Reading]:
    reading = read_drawing(content)
    drawing = Drawing(content=content, media_type=reading.media_type)
    return Record(
        id=new_id(),
        digits=reading.digits,
        model=reading.model,
        latency_ms=reading.latency_ms,
        visitor="",
        origin="",
        drawing=drawing,
    ), reading


def test_a_digit_is_what_the_network_saw(test_digits: Digits) -> None:
    for corner in CORNERS:
        record, reading = kept(encoded(on_canvas(test_digits.images[3], size=120, corner=corner)))
        np.testing.assert_array_equal(fields_of(record), [as_grey(field) for field in reading.seen])


@pytest.mark.parametrize("gaps", [NORMAL, NEARLY_TOUCHING])
def test_the_digits_of_a_number_are_each_what_the_network_saw(gaps: tuple[float, float]) -> None:
    """Also where they touch, or reach into each other's boxes."""
    own = drawings.read(drawings.PEN_DIGITS).drawings[:100]
    random, several = np.random.default_rng(1), 0
    for _ in range(NUMBERS):
        number = write_number(own, Style(gaps=gaps), random)
        record, reading = kept(encoded(Image.fromarray(255 - number.ink)))
        np.testing.assert_array_equal(fields_of(record), [as_grey(field) for field in reading.seen])
        several += len(record.digits) > 1
    assert several > NUMBERS / 2


def test_digits_on_a_large_drawing_are_each_what_the_network_saw() -> None:
    """It was read on a copy, whose pixels are not the drawing's."""
    grey = np.full((1501, 2001), 255, np.uint8)
    for i, text in enumerate("174"):
        cv2.putText(grey, text, (201 + 550 * i, 1101), cv2.FONT_HERSHEY_SIMPLEX, 20, (0,), 50)
    record, reading = kept(encoded(Image.fromarray(grey)))
    assert len(record.digits) == 3
    np.testing.assert_array_equal(fields_of(record), [as_grey(field) for field in reading.seen])


def test_a_box_without_ink_is_said_to_be_lost(test_digits: Digits) -> None:
    record, _ = kept(encoded(on_canvas(test_digits.images[0])))
    moved = replace(record.digits[0], box=Box(x=0, y=0, width=3, height=3))
    with pytest.raises(FieldsLost, match="no ink where"):
        fields_of(replace(record, digits=(moved,)))


def test_a_number_of_parts_that_may_be_either_digit_s_costs_no_time(test_digits: Digits) -> None:
    """Leaning strokes with a dot in both boxes between each two: 524,288 ways to share out the dots.

    None of them fills the last box. Trying all takes some ten seconds of processor time.
    """
    image = Image.new("L", (440, 120), 255)
    pen = ImageDraw.Draw(image)
    for x in range(10, 410, 20):
        pen.line((x, 109, x + 30, 10), fill=0, width=2)
        if x < 390:
            pen.rectangle((x + 20, 50, x + 29, 65), fill=0)
    record, _ = kept(encoded(on_canvas(test_digits.images[0])))
    strokes = [Box(x=x, y=10, width=32, height=100) for x in range(9, 409, 20)]
    found = [replace(record.digits[0], box=box) for box in [*strokes[:-1], replace(strokes[-1], width=31)]]
    number = replace(record, digits=tuple(found), drawing=Drawing(encoded(image), "image/png"))
    started = time.process_time()
    assert fields_of(number).shape == (20, 28, 28)
    assert time.process_time() - started < 2


def test_a_drawing_that_cannot_be_read_any_more_is_said_to_be_lost(test_digits: Digits) -> None:
    record, _ = kept(encoded(on_canvas(test_digits.images[0])))
    with pytest.raises(FieldsLost, match="damaged"):
        fields_of(replace(record, drawing=Drawing(content=b"GIF89a", media_type="image/png")))


def test_settings_name_it_and_it_loads_no_mxnet() -> None:
    assert fields_reader() is fields_of
    script = "import sys, recognizer.seen; sys.exit('mxnet' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
