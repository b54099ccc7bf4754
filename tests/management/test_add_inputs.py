"""Older records, which were stored without the network's inputs, are given them."""

from dataclasses import replace
from io import StringIO

from django.core.management import call_command

from history.ids import new_id
from history.records import Record
from history.stores import open_store
from mnistsite.types import Box, Drawing
from recognizer.services import recognize
from testbed.drawings import encoded, on_canvas
from tests.conftest import Digits


def recognised(digits: Digits) -> Record:
    content = encoded(on_canvas(digits.images[0]))
    return recognize(content=content, strokes=(), visitor="", origin="").record


def old(record: Record) -> Record:
    """The same from before inputs were kept."""
    made = replace(record, id=new_id(), inputs=b"")
    open_store().add(made)
    return made


def said() -> str:
    shown = StringIO()
    call_command("add_inputs", stdout=shown)
    return shown.getvalue()


def test_what_is_read_as_it_was_is_given_its_inputs_once(test_digits: Digits) -> None:
    today = recognised(test_digits)
    before = old(today)
    assert said().startswith("Inputs were added to 1 records; 1 had them before. 0 are now read differently")
    assert open_store().get(before.id) == replace(before, inputs=today.inputs)
    assert said().startswith("Inputs were added to 0 records; 2 had them before. 0 are now read differently")


def test_what_is_read_otherwise_today_stays_without(test_digits: Digits) -> None:
    today = recognised(test_digits)
    moved = old(replace(today, digits=(replace(today.digits[0], box=Box(x=0, y=0, width=3, height=3)),)))
    damaged = old(replace(today, drawing=Drawing(content=b"GIF89a", media_type="image/png")))
    assert said().startswith("Inputs were added to 0 records; 1 had them before. 2 are now read differently")
    assert [open_store().get(record.id).inputs for record in (moved, damaged)] == [b"", b""]
