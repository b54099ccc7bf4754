"""The network's inputs for a drawing are kept with its record."""

import base64
from uuid import UUID

import cv2
import numpy as np
from django.test import Client
from PIL import Image

from history.stores import open_store
from recognizer.services import read_drawing, recognize
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits


def test_a_record_has_each_digit_s_input_as_the_network_saw_it(test_digits: Digits) -> None:
    content = encoded(on_canvas(test_digits.images[3], size=120, corner="upper left"))
    kept = open_store().get(recognize(content=content, strokes=(), visitor="", origin="").record.id)
    (seen,) = read_drawing(content).network_inputs
    assert len(kept.inputs) == 784
    assert seen.max() == 1
    assert kept.inputs == bytes(round(255 * float(share)) for share in seen.flat)


def test_the_answer_shows_what_is_kept(client: Client) -> None:
    canvas = np.full((280, 280), 255, np.uint8)
    cv2.putText(canvas, "17", (40, 200), cv2.FONT_HERSHEY_SIMPLEX, 5, (0,), 20)
    body = {"data": data_url(encoded(Image.fromarray(canvas)))}
    answer = client.post("/api/v1/identify", body, content_type="application/json").json()
    shown = [base64.b64decode(digit["seen"]) for digit in answer["digits"]]
    assert [len(each) for each in shown] == [784, 784]
    assert open_store().get(UUID(answer["id"])).inputs == b"".join(shown)
