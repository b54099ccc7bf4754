"""Looking inside: how the network came to its answer for one digit of a drawing."""

import base64
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from history.records import Record
from history.stores import open_store
from mnistsite.types import Drawing
from recognizer import services
from recognizer.model_card import verified_card
from recognizer.outputs import probabilities
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits
from tests.history.records import a_record

SHAPES = {
    "first_convolution": [20, 24, 24],
    "first_pool": [20, 12, 12],
    "second_convolution": [50, 8, 8],
    "second_pool": [50, 4, 4],
    "hidden": [500],
}


@pytest.fixture
def drawing(test_digits: Digits) -> str:
    """A seven, the first of the test set."""
    return data_url(encoded(on_canvas(test_digits.images[0])))


@pytest.fixture
def number(test_digits: Digits) -> bytes:
    """A seven and a two, side by side."""
    paper = Image.new("L", (560, 280), 255)
    for i in range(2):
        paper.paste(on_canvas(test_digits.images[i]), (280 * i, 0))
    return encoded(paper)


def inspect(client: Client, body: dict[str, Any]) -> Any:
    return client.post("/api/v1/inside", json.dumps(body), content_type="application/json")


def values(array: dict[str, Any]) -> np.ndarray:
    """An array as docs/api.md says that it is read."""
    lowest, highest = array["range"]
    levels = np.frombuffer(base64.b64decode(array["values"]), np.uint8)
    shaped = levels.reshape(array["shape"]).astype(np.float64)
    return np.asarray(lowest + shaped / 255 * (highest - lowest))


def test_every_layer_comes_with_its_shape_and_range(client: Client, drawing: str) -> None:
    inside = inspect(client, {"data": drawing}).json()
    assert {name: layer["shape"] for name, layer in inside["layers"].items()} == SHAPES
    for layer in inside["layers"].values():
        assert np.abs(values(layer)).max() <= 1
    assert (inside["seen"]["shape"], inside["importance"]["shape"]) == ([28, 28], [28, 28])


def test_the_last_layer_gives_the_very_probabilities_of_the_answer(
    client: Client, drawing: str, settings: Any
) -> None:
    inside = inspect(client, {"data": drawing}).json()
    answer = client.post("/api/v1/preview", json.dumps({"data": drawing}), content_type="application/json")
    assert inside["probabilities"] == answer.json()["probabilities"]
    temperature = verified_card(settings.MNIST_PARAMETERS).temperature
    (last,) = probabilities(np.array([inside["logits"]]), temperature=temperature)
    np.testing.assert_allclose(last, inside["probabilities"], atol=1e-4)
    assert (inside["text"], inside["digit"], inside["accepted"]) == ("7", 7, True)


def test_the_map_is_about_the_ink_that_the_network_saw(client: Client, drawing: str) -> None:
    inside = inspect(client, {"data": drawing}).json()
    seen, importance = values(inside["seen"]), values(inside["importance"])
    one_level = (inside["importance"]["range"][1] - inside["importance"]["range"][0]) / 255
    assert np.abs(importance[seen == 0]).max() <= one_level
    assert importance.max() == inside["importance"]["range"][1]


def test_a_digit_of_a_number_is_looked_at_by_its_place(client: Client, number: bytes) -> None:
    first, second = (inspect(client, {"data": data_url(number), "digit": i}).json() for i in range(2))
    assert [inside["text"] for inside in (first, second)] == ["72", "72"]
    assert [(inside["index"], inside["digit"]) for inside in (first, second)] == [(0, 7), (1, 2)]


def test_a_digit_that_was_not_found_is_refused(client: Client, drawing: str) -> None:
    response = inspect(client, {"data": drawing, "digit": 1})
    assert (response.status_code, response.json()["code"]) == (422, "no_such_digit")
    expected = "“digit” is out of range. It counts from 0; digits in this drawing: 1."
    assert response.json()["detail"] == expected


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "required", "data"),
        ({"data": "!"}, "not_base64", "data"),
        ({"data": "AAAA"}, "not_an_image", None),
        ({"data": "AAAA", "digit": "first"}, "invalid", "digit"),
        ({"data": "AAAA", "digit": -1}, "min_value", "digit"),
        ({"data": "AAAA", "digit": None}, "null", "digit"),
        ({"data": "AAAA", "digit": "9" * 5000}, "max_string_length", "digit"),
    ],
)
def test_what_is_wrong_is_refused(client: Client, body: dict[str, Any], code: str, field: str | None) -> None:
    response = inspect(client, body)
    assert response.status_code == 400
    assert (response.json()["code"], response.json().get("field")) == (code, field)


def test_who_would_wait_too_long_behind_others_is_told_that_it_is_busy(
    client: Client, drawing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "INSPECTION_TIMEOUT_S", 0.01)
    with services.INSPECTION_LOCK:
        response = inspect(client, {"data": drawing})
    assert (response.status_code, response.json()["code"]) == (503, "busy")
    assert response.headers["Retry-After"] == "1"
    assert inspect(client, {"data": drawing}).status_code == 200


def test_nothing_is_kept_and_nobody_gets_a_session(client: Client, drawing: str) -> None:
    response = inspect(client, {"data": drawing})
    assert response.status_code == 200
    assert open_store().newest(limit=1) == []
    assert not response.cookies


def keep(content: bytes, *, visitor: str) -> Record:
    drawing = Drawing(content=content, media_type="image/png")
    record = replace(a_record(visitor=visitor), drawing=drawing)
    open_store().add(record)
    return record


def test_a_kept_drawing_is_looked_at_as_a_sent_one_is(visitor: Client, number: bytes) -> None:
    record = keep(number, visitor="visitor")
    kept = visitor.get(f"/api/v1/recognitions/{record.id}/inside?digit=1").json()
    assert kept == inspect(visitor, {"data": data_url(number), "digit": 1}).json()


def test_another_s_drawing_is_not_found(visitor: Client, number: bytes) -> None:
    record = keep(number, visitor="another")
    response = visitor.get(f"/api/v1/recognitions/{record.id}/inside")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("digit", "code"), [("x", "invalid"), ("-1", "min_value"), ("2", "no_such_digit")])
def test_a_digit_that_is_none_of_a_kept_drawing_is_refused(
    visitor: Client, number: bytes, digit: str, code: str
) -> None:
    record = keep(number, visitor="visitor")
    response = visitor.get(f"/api/v1/recognitions/{record.id}/inside?digit={digit}")
    assert response.json()["code"] == code
