"""`POST /api/mnist/identify`, from a client's point of view."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image, ImageDraw
from pytest_django import Settings

from history.ids import created_at
from history.stores import open_store
from recognizer.predictor import shared_predictor
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits

URL = "/api/mnist/identify"
STROKES = [[[10.5, 20], [30, 40], [0, 16], [0.5, 0.7], [18, 21.6]], [[5], [5]]]

Post = Callable[..., Any]


def a_scribble() -> Image.Image:
    image = Image.new("L", (280, 280), 255)
    points = [(40 + 200 * (i % 2), 30 + 16 * i) for i in range(14)]
    ImageDraw.Draw(image).line(points, fill=0, width=12)
    return image


def a_dot() -> Image.Image:
    image = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(image).ellipse((130, 130, 150, 150), fill=0)
    return image


def a_letter() -> Image.Image:
    """A W."""
    image = Image.new("L", (280, 280), 255)
    points = [(40, 60), (90, 220), (140, 100), (190, 220), (240, 60)]
    ImageDraw.Draw(image).line(points, fill=0, width=14, joint="curve")
    return image


NO_DIGITS = {"scribble": a_scribble, "dot": a_dot, "letter": a_letter}


@pytest.fixture
def drawing(test_digits: Digits) -> bytes:
    """A seven, the first of the test set."""
    return encoded(on_canvas(test_digits.images[0]))


@pytest.fixture
def post(client: Client) -> Post:
    def send(body: object, content_type: str = "application/json", **headers: Any) -> Any:
        text = body if isinstance(body, bytes) else json.dumps(body)
        return client.post(URL, text, content_type=content_type, headers=headers)

    return send


def test_a_digit_is_answered_and_kept(post: Post, drawing: bytes) -> None:
    answer = post({"data": data_url(drawing), "strokes": STROKES}).json()
    assert answer["predict"] == 7
    assert (answer["stored"], answer["queued"]) == (True, False)
    assert answer["model"] == shared_predictor().version
    assert len(answer["probabilities"]) == 10
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
    record = open_store().newest(limit=1)[0]
    assert str(record.id) == answer["id"]
    kept = open_store().get(record.id)
    assert (kept.drawing.content, kept.drawing.media_type) == (drawing, "image/png")
    assert list(kept.strokes) == STROKES
    assert list(kept.digits[0].probabilities) == answer["probabilities"]
    assert abs(created_at(record.id).timestamp() - time.time()) < 60


@pytest.mark.django_db
def test_an_answer_says_where_to_look_at_it_again_and_where_to_label_it(
    post: Post, drawing: bytes, client: Client
) -> None:
    answer = post({"data": data_url(drawing)}, origin="http://testserver").json()
    assert answer["page_url"] == f"/history/{answer['id']}/"
    assert client.get(answer["page_url"]).status_code == 200
    assert answer["label_url"] == f"/api/v1/recognitions/{answer['id']}/label"
    labelled = client.put(answer["label_url"], {"text": "1"}, content_type="application/json")
    assert labelled.json()["text"] == "1"


def test_each_digit_says_where_it_was_found_and_what_the_network_saw(post: Post, drawing: bytes) -> None:
    (digit,) = post({"data": data_url(drawing)}).json()["digits"]
    assert digit["digit"] == 7
    assert digit["probability"] == max(digit["probabilities"])
    assert digit["box"].keys() == {"x", "y", "width", "height"}
    assert len(base64.b64decode(digit["seen"])) == 784


def test_a_digit_is_accepted_with_a_score(post: Post, drawing: bytes) -> None:
    answer = post({"data": data_url(drawing)}).json()
    assert (answer["text"], answer["accepted"]) == ("7", True)
    assert answer["score"] == answer["digits"][0]["score"] > 0
    kept = open_store().newest(limit=1)[0]
    assert (kept.text, kept.accepted, kept.score) == ("7", True, answer["score"])


@pytest.mark.parametrize("shape", ["scribble", "dot", "letter"])
def test_what_is_no_digit_is_answered_at_best_and_not_accepted(
    post: Post, drawing: bytes, shape: str
) -> None:
    """It scores less than a digit, and is kept all the same."""
    digit = post({"data": data_url(drawing)}).json()
    answer = post({"data": data_url(encoded(NO_DIGITS[shape]()))}).json()
    assert answer["predict"] in range(10)
    assert answer["accepted"] is False
    assert answer["score"] < digit["score"]
    assert open_store().newest(limit=1)[0].accepted is False


def test_a_number_is_one_integer_and_its_text_keeps_leading_zeros(post: Post, test_digits: Digits) -> None:
    """A 0, a 4 and a 2 side by side."""
    canvas = Image.new("L", (480, 200), 255)
    for i, place in ((3, 20), (4, 170), (1, 320)):
        ink = Image.fromarray(test_digits.images[i]).resize((140, 140), Image.Resampling.BICUBIC)
        canvas.paste(0, (place, 30), mask=ink)
    answer = post({"data": data_url(encoded(canvas))}).json()
    assert (answer["predict"], answer["text"], answer["accepted"]) == (42, "042", True)
    assert [digit["digit"] for digit in answer["digits"]] == [0, 4, 2]
    left = [digit["box"]["x"] for digit in answer["digits"]]
    assert left == sorted(left)
    assert answer["probabilities"] == answer["digits"][0]["probabilities"]
    kept = open_store().newest(limit=1)[0]
    assert (kept.predict, kept.text, len(kept.digits)) == (42, "042", 3)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", "data:;base64,"])
def test_the_data_url_prefix_may_be_absent(post: Post, drawing: bytes, prefix: str) -> None:
    assert post({"data": prefix + base64.b64encode(drawing).decode()}).json()["predict"] == 7


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "image/png", ""]
)
def test_json_is_read_whatever_its_content_type(post: Post, drawing: bytes, content_type: str) -> None:
    assert post({"data": data_url(drawing)}, content_type=content_type).json()["predict"] == 7


def test_any_accept_header_is_answered_with_json(post: Post, drawing: bytes) -> None:
    answer = post({"data": data_url(drawing)}, Accept="text/html")
    assert answer.headers["Content-Type"] == "application/json"


def test_no_token_is_needed(drawing: bytes) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"data": data_url(drawing)}, content_type="application/json").status_code == 200


def test_the_versioned_route_answers_the_same(client: Client, drawing: bytes) -> None:
    answer = client.post("/api/v1/identify", {"data": data_url(drawing)}, content_type="application/json")
    assert answer.json()["predict"] == 7


BLANK = data_url(encoded(Image.new("L", (280, 280), 255)))
BAD = {
    "not JSON": (b"{", 400, "not_json"),
    "not UTF-8": (b'{"data": "\xff"}', 400, "not_json"),
    "JSON, but no object": (b"[1]", 400, "not_json"),
    "JSON nested too deep": (b"[" * 100_000, 400, "not_json"),
    "an empty body": (b"", 400, "required"),
    "no data": ({"image": "x"}, 400, "required"),
    "data is null": ({"data": None}, 400, "null"),
    "data is empty": ({"data": ""}, 400, "required"),
    "data is a number": ({"data": 7}, 400, "not_text"),
    "not base64": ({"data": "data:image/png;base64,@@@"}, 400, "not_base64"),
    "not ASCII": ({"data": "七"}, 400, "not_base64"),
    "not an image": ({"data": base64.b64encode(b"hello").decode()}, 400, "not_an_image"),
    "a blank canvas": ({"data": BLANK}, 422, "blank_drawing"),
    "strokes are no list": ({"data": BLANK, "strokes": "x"}, 400, "bad_strokes"),
    "a stroke of unequal lists": ({"data": BLANK, "strokes": [[[1, 2], [1]]]}, 400, "bad_strokes"),
    "a stroke with text": ({"data": BLANK, "strokes": [[["1"], [1]]]}, 400, "bad_strokes"),
    "a stroke that is infinite": (b'{"data": "AAAA", "strokes": [[[Infinity], [1]]]}', 400, "bad_strokes"),
    "a stroke that is no number": (b'{"data": "AAAA", "strokes": [[[NaN], [1]]]}', 400, "bad_strokes"),
    "a stroke of a huge integer": ({"data": BLANK, "strokes": [[[10**400], [1]]]}, 400, "bad_strokes"),
    "a stroke of booleans": ({"data": BLANK, "strokes": [[[True], [1]]]}, 400, "bad_strokes"),
    "a stroke without points": ({"data": BLANK, "strokes": [[[], []]]}, 400, "bad_strokes"),
}


@pytest.mark.parametrize(("body", "status", "code"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_named_and_nothing_is_kept(post: Post, body: object, status: int, code: str) -> None:
    answer = post(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert open_store().newest(limit=1) == []


def test_errors_speak_the_language_of_the_request(post: Post) -> None:
    answer = post({"data": BLANK}, **{"Accept-Language": "zh-CN"})
    assert answer.json()["detail"] == "没有找到墨迹。请写一个数字，或换一张图片。"


@pytest.mark.usefixtures("failing_history")
def test_an_answer_that_could_not_be_kept_is_no_answer(post: Post, drawing: bytes) -> None:
    answer = post({"data": data_url(drawing)})
    assert (answer.status_code, answer.json()["code"]) == (503, "not_stored")
    assert answer.headers["Retry-After"] == "5"
    assert "predict" not in answer.json()


@pytest.mark.usefixtures("failing_history")
def test_an_answer_says_that_its_record_waits_in_the_outbox(
    post: Post, drawing: bytes, settings: Settings, tmp_path: Path
) -> None:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10_000_000}
    answer = post({"data": data_url(drawing)}).json()
    assert (answer["stored"], answer["queued"]) == (False, True)


def test_without_parameters_the_endpoint_says_so(post: Post, drawing: bytes, settings: Settings) -> None:
    settings.MNIST_PARAMETERS = settings.BASE_DIR / "nothing.params"
    shared_predictor.cache_clear()
    answer = post({"data": data_url(drawing)})
    shared_predictor.cache_clear()
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert "Retry-After" not in answer.headers  # Trying again mends nothing.


def test_the_wrong_method_is_named(client: Client) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_base64_in_lines_is_read(post: Post, drawing: bytes) -> None:
    assert post({"data": base64.encodebytes(drawing).decode()}).json()["predict"] == 7
    assert post({"data": " DATA:image/png;base64,\n" + base64.b64encode(drawing).decode()}).status_code == 400
    assert post({"data": "DATA:image/png;base64,\n" + base64.b64encode(drawing).decode()}).status_code == 200


def test_strokes_may_be_null(post: Post, drawing: bytes) -> None:
    assert post({"data": data_url(drawing), "strokes": None}).status_code == 200


@pytest.mark.parametrize("origin", ["http://[", "http://a]b", "null", "é", "://", "x" * 5_000])
def test_a_malformed_origin_does_no_harm(post: Post, drawing: bytes, origin: str) -> None:
    assert post({"data": data_url(drawing)}, Origin=origin).status_code == 200
    assert open_store().newest(limit=1)[0].origin == ""


def test_the_faintest_drawing_is_answered(post: Post) -> None:
    dots = Image.new("L", (2000, 2000), 255)
    dots.putpixel((0, 0), 220)
    dots.putpixel((1999, 1999), 220)
    assert post({"data": data_url(encoded(dots))}).status_code == 200


def test_a_preflight_tells_an_allowed_origin_what_it_may_send(client: Client, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    asked = {
        "Origin": "https://friend.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = client.options(URL, headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://friend.example"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "content-type" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.django_db
def test_an_allowed_origin_may_send_its_cookies(post: Post, drawing: bytes, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    answer = post({"data": data_url(drawing)}, Origin="https://friend.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://friend.example"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"


def test_another_origin_gets_no_such_leave(post: Post, drawing: bytes, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    answer = post({"data": data_url(drawing)}, Origin="https://stranger.example")
    assert "Access-Control-Allow-Origin" not in answer.headers
