"""Today's reading of a drawing that was kept before."""

from dataclasses import replace

import pytest
from django.test import Client

from history.permissions import Viewer
from history.records import Record
from history.selectors import own_page
from history.stores import open_store
from mnistsite.types import Drawing
from recognizer.predictor import shared_predictor
from testbed.drawings import encoded, on_canvas
from tests.conftest import Digits
from tests.history.records import a_record

pytestmark = pytest.mark.django_db


def keep(digits: Digits, *, visitor: str) -> Record:
    """A record whose drawing is not of the digit that it says."""
    content = encoded(on_canvas(digits.images[0]))
    drawing = Drawing(content=content, media_type="image/png")
    said = (int(digits.labels[0]) + 1) % 10
    record = replace(a_record(visitor=visitor, digits=(said,)), drawing=drawing)
    open_store().add(record)
    return record


def test_a_drawing_is_read_by_the_network_that_serves_now(visitor: Client, test_digits: Digits) -> None:
    record = keep(test_digits, visitor="visitor")
    answer = visitor.get(f"/api/v1/recognitions/{record.id}/again").json()
    assert answer["text"] == str(test_digits.labels[0])
    assert answer["model"] == shared_predictor().version != record.model
    assert len(answer["digits"][0]["probabilities"]) == 10


def test_nothing_is_kept_of_it(visitor: Client, test_digits: Digits) -> None:
    record = keep(test_digits, visitor="visitor")
    visitor.get(f"/api/v1/recognitions/{record.id}/again")
    assert open_store().get(record.id) == record
    assert len(own_page(Viewer(visitor="visitor")).records) == 1


def test_another_s_drawing_is_not_found(visitor: Client, test_digits: Digits) -> None:
    record = keep(test_digits, visitor="another")
    response = visitor.get(f"/api/v1/recognitions/{record.id}/again")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
