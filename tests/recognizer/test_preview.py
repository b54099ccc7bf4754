"""A drawing that is not finished is read, and nothing of it is kept."""

import json
from typing import Any

from django.test import Client

from history.stores import open_store
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits

ORIGIN = "http://testserver"


def preview(client: Client, body: dict[str, Any]) -> Any:
    headers = {"origin": ORIGIN}
    return client.post("/api/v1/preview", json.dumps(body), content_type="application/json", headers=headers)


def test_a_drawing_is_read_as_a_recognition_reads_it(client: Client, test_digits: Digits) -> None:
    drawing = data_url(encoded(on_canvas(test_digits.images[0])))
    answer = preview(client, {"data": drawing}).json()
    assert answer["text"] == str(test_digits.labels[0])
    assert len(answer["digits"][0]["probabilities"]) == 10
    assert {"id", "page_url", "label_url", "stored", "queued"}.isdisjoint(answer)


def test_nothing_is_kept_and_nobody_gets_a_session(client: Client, test_digits: Digits) -> None:
    response = preview(client, {"data": data_url(encoded(on_canvas(test_digits.images[0])))})
    assert response.status_code == 200
    assert open_store().newest(limit=1) == []
    assert not response.cookies


def test_what_is_wrong_is_refused_as_for_a_recognition(client: Client) -> None:
    response = preview(client, {"data": "!"})
    assert (response.status_code, response.json()["code"]) == (400, "not_base64")
