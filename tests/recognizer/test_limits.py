"""Each limit of what a client may send, in figures: as much as it says is taken, and one more is refused."""

import base64
import gc
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from PIL import Image
from pytest_django import Settings

from history.stores import open_store
from recognizer.decoding import decode
from recognizer.errors import NotAnImage
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits

Send = Callable[[Any], tuple[int, str]]

TAKEN = (200, "")


@pytest.fixture(scope="session")
def seven(test_digits: Digits) -> bytes:
    """A drawing that is read."""
    return encoded(on_canvas(test_digits.images[0]))


@pytest.fixture
def send(client: Client) -> Send:
    """Has a body recognised, and says the status and the code of an error."""

    def recognise(body: Any) -> tuple[int, str]:
        content = body if isinstance(body, bytes) else json.dumps(body)
        answer = client.post("/api/v1/identify", content, content_type="application/json")
        return answer.status_code, answer.json().get("code", "")

    return recognise


def as_long_as(drawing: bytes, length: int) -> dict[str, str]:
    """The drawing's file with something after its end, as a body."""
    return {"data": base64.b64encode(drawing.ljust(length, b"\0")).decode()}


def test_a_drawing_has_a_million_bytes_at_most(send: Send, seven: bytes) -> None:
    assert send(as_long_as(seven, 1_000_000)) == TAKEN
    assert send(as_long_as(seven, 1_000_001)) == (413, "drawing_too_large")
    assert send({"data": "data:image/png;base64," + as_long_as(seven, 1_000_000)["data"]}) == TAKEN


@pytest.mark.parametrize("length", [30_000, 30_001, 30_002])
def test_a_drawing_s_bytes_are_counted_and_not_those_of_its_base64(
    send: Send, seven: bytes, settings: Settings, length: int
) -> None:
    """Base64 goes in threes, and its padding stands for nothing."""
    settings.MAX_DRAWING_BYTES = length
    assert send(as_long_as(seven, length)) == TAKEN
    wrapped = base64.encodebytes(seven.ljust(length, b"\0")).decode()
    assert send({"data": wrapped}) == TAKEN
    assert send(as_long_as(seven, length + 1)) == (413, "drawing_too_large")


def test_a_drawing_that_is_too_large_is_refused_before_it_is_decoded(send: Send) -> None:
    assert send({"data": "@" * 1_333_334}) == (400, "not_base64")
    assert send({"data": "@" * 1_333_336}) == (413, "drawing_too_large")


def test_a_body_has_two_and_a_half_million_bytes_at_most(send: Send, seven: bytes) -> None:
    body = json.dumps({"data": data_url(seven)}).encode()
    assert send(body.ljust(2_500_000)) == TAKEN
    assert send(body.ljust(2_500_001)) == (413, "body_too_large")
    assert send(b"{".ljust(2_500_001)) == (413, "body_too_large")  # Nor is it read.


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ("[" + "0," * 199_997 + "0]", ",0"),
        ("[" + "[]," * 99_998 + "0]", ",[]"),
        ("[" + "{}," * 99_998 + "0]", ",{}"),
    ],
)
def test_a_body_has_200_000_values_at_most(send: Send, seven: bytes, values: str, more: str) -> None:
    """Numbers, lists or objects, beside the drawing: each of a few bytes, and of many in memory."""
    body = json.dumps(as_long_as(seven, len(seven)))
    assert send(f'{body[:-1]}, "more": {values}}}'.encode()) == TAKEN
    assert send(f'{body[:-1]}, "more": {values[:-1]}{more}]}}'.encode()) == (413, "body_too_large")


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Python does not look for what holds itself in a circle."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/v1/identify", '{"data": "DRAWING", "strokes": [[[12345], [12345]]]}', 200),
        ("POST", "/api/v1/identify", '{"data": "DRAWING", "strokes": [[[12345]]]}', 400),
        ("POST", "/api/v1/identify", '{"data": "@", "strokes": [[[12345], [12345]]]}', 400),
        ("POST", "/api/v1/identify", "[[12345]]", 400),
        ("POST", "/api/v1/preview", '{"data": "DRAWING", "more": [12345]}', 200),
        ("POST", "/api/v1/inside", '{"data": "DRAWING", "digit": [12345]}', 400),
        ("PUT", f"/api/v1/recognitions/{UUID(int=0)}/label", '{"text": [12345]}', 400),
    ],
)
def test_what_a_body_held_is_forgotten_at_once(
    client: Client, seven: bytes, method: str, path: str, body: str, status: int
) -> None:
    """Else many large bodies fill the memory before Python looks."""
    content = body.replace("DRAWING", base64.b64encode(seven).decode())
    assert client.generic(method, path, content, content_type="application/json").status_code == status
    lists = [each for each in gc.get_objects() if type(each) is list and len(each) == 1]
    assert not [each for each in lists if type(each[0]) is int and each[0] == 12_345]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2048, 2048), (422, "blank_drawing")),  # 4,194,304: it was decoded, and has no ink.
        ((16_384, 256), (422, "blank_drawing")),
        ((256, 16_384), (422, "blank_drawing")),
        ((2048, 2049), (413, "too_many_pixels")),
        ((16_384, 257), (413, "too_many_pixels")),
        ((16_385, 1), (413, "side_too_long")),
        ((1, 16_385), (413, "side_too_long")),
    ],
)
def test_a_drawing_has_4194304_pixels_at_most_and_16384_in_a_row(
    send: Send, size: tuple[int, int], expected: tuple[int, str]
) -> None:
    assert send({"data": data_url(encoded(Image.new("1", size, 1)))}) == expected


def strokes(*points: int, lists: int = 2) -> list[list[list[int]]]:
    """A stroke for each number of points, in so many lists each."""
    return [[[1] * count] * lists for count in points]


WIDE = data_url(encoded(Image.new("1", (20_000, 3), 1)))
LARGE = data_url(encoded(Image.new("1", (2048, 2049), 1)))


@pytest.mark.parametrize(
    ("body", "english", "chinese"),
    [
        (
            {"data": WIDE},
            "The picture is wider or taller than 16,384 pixels. Send a smaller one.",
            "图片的宽度或高度超过 16,384 像素，请发送小一些的图片。",
        ),
        (
            {"data": LARGE},
            "The picture has more than 4,194,304 pixels. Send a smaller one.",
            "图片超过 4,194,304 像素，请发送小一些的图片。",
        ),
        (
            {"data": "A" * 1_333_336},
            "The picture is larger than 1,000,000 bytes. Send a smaller one.",
            "图片超过 1,000,000 字节，请发送小一些的图片。",
        ),
        (
            {"data": "A" * 2_500_000},
            "The body is larger than 2,500,000 bytes. Send a smaller picture.",
            "请求体超过 2,500,000 字节，请发送小一些的图片。",
        ),
        (
            {"data": "AAAA", "more": [0] * 200_000},
            "The body contains more than 200,000 values.",
            "请求体包含的值超过 200,000 个。",
        ),
        (
            {"data": "AAAA", "strokes": strokes(20_001)},
            "The drawing has more than 500 strokes or 20,000 points.",
            "书写内容超过 500 笔或 20,000 个点。",
        ),
    ],
)
def test_what_is_too_large_is_told_the_limit_in_both_languages(
    client: Client, body: dict[str, Any], english: str, chinese: str
) -> None:
    for language, expected in (("en", english), ("zh-CN", chinese)):
        headers = {"Accept-Language": language}
        answer = client.post("/api/v1/identify", body, content_type="application/json", headers=headers)
        assert answer.json()["detail"] == expected


FAR = 1_000_000_000

DRAWN = {
    "no strokes": ([], TAKEN),
    "500 strokes": (strokes(*[1] * 500), TAKEN),
    "501 strokes": (strokes(*[1] * 501), (400, "too_many_points")),
    "501 strokes of another form": ([7] * 501, (400, "too_many_points")),
    "20,000 points in one stroke": (strokes(20_000), TAKEN),
    "20,001 points in one stroke": (strokes(20_001), (400, "too_many_points")),
    "20,000 points in two strokes": (strokes(9_999, 10_001), TAKEN),
    "20,001 points in two strokes": (strokes(10_000, 10_001), (400, "too_many_points")),
    "x alone": (strokes(3, lists=1), (400, "bad_strokes")),
    "x and y": (strokes(3, lists=2), TAKEN),
    "x, y, time, pressure and width": (strokes(3, lists=5), TAKEN),
    "a sixth list": (strokes(3, lists=6), (400, "bad_strokes")),
    "no lists": ([[]], (400, "bad_strokes")),
    "no points": (strokes(0), (400, "bad_strokes")),
    "one stroke of two that is none": ([*strokes(1), 7], (400, "bad_strokes")),
    "lists of unequal length at the end": ([[[1, 2], [1, 2], [1, 2], [1, 2], [1]]], (400, "bad_strokes")),
    "an object": ({"x": [1]}, (400, "bad_strokes")),
    "a number": (0, (400, "bad_strokes")),
    "nested deeper": ([[[[1]], [[1]]]], (400, "bad_strokes")),
    "nothing in place of a number": ([[[None], [1]]], (400, "bad_strokes")),
}


@pytest.mark.parametrize(("drawn", "expected"), DRAWN.values(), ids=DRAWN.keys())
def test_strokes_are_taken_up_to_their_limits(
    send: Send, seven: bytes, drawn: Any, expected: tuple[int, str]
) -> None:
    assert send({"data": data_url(seven), "strokes": drawn}) == expected
    kept = open_store().newest(limit=1)
    if expected == TAKEN:
        assert list(open_store().get(kept[0].id).strokes) == drawn
    else:
        assert kept == []


@pytest.mark.parametrize("axis", range(5), ids=["x", "y", "time", "pressure", "width"])
def test_each_value_of_a_stroke_is_a_thousand_million_at_most(send: Send, seven: bytes, axis: int) -> None:
    def with_value(value: float) -> dict[str, Any]:
        stroke: list[list[float]] = [[1, 2], [1, 2], [1, 2], [1, 2], [1, 2]]
        stroke[axis][1] = value
        return {"data": data_url(seven), "strokes": [stroke]}

    for value in (FAR, -FAR, float(FAR), -float(FAR), 0.1):
        assert send(with_value(value)) == TAKEN
    for value in (FAR + 1, -FAR - 1, 1_000_000_000.1, -1_000_000_000.1, 1e300):
        assert send(with_value(value)) == (400, "bad_strokes")


DEEP = 100_000

BODIES = {
    "lists in lists": b"[" * DEEP,
    "objects in objects": b'{"data":' * DEEP,
    "a drawing in lists": b'{"data":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "strokes in lists": b'{"data": "AAAA", "strokes":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "an integer without end": b'{"data": ' + b"9" * DEEP + b"}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("path", ["identify", "preview", "inside"])
def test_json_that_goes_too_deep_or_too_far_is_none(client: Client, path: str, body: bytes) -> None:
    answer = client.post(f"/api/v1/{path}", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json")


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_what_is_nested_less_deep_is_refused_for_what_it_is(send: Send) -> None:
    assert send({"data": nested(500)}) == (400, "not_text")
    assert send({"data": "AAAA", "strokes": nested(500)}) == (400, "bad_strokes")
    assert send({"data": "AAAA", "other": nested(500)}) == (400, "not_an_image")


@pytest.mark.parametrize(
    ("digit", "expected"),
    [
        (0, (200, None)),
        (1, (422, "no_such_digit")),
        (10**400, (422, "no_such_digit")),
        (-1, (400, "min_value")),
        ("9" * 1000, (422, "no_such_digit")),
        ("9" * 1001, (400, "max_string_length")),
        (0.5, (400, "invalid")),
        (float("nan"), (400, "invalid")),
        (float("inf"), (400, "invalid")),
        (True, (400, "invalid")),
        ([0], (400, "invalid")),
    ],
)
def test_which_digit_is_looked_at_is_a_number_of_one(
    client: Client, seven: bytes, digit: Any, expected: tuple[int, str | None]
) -> None:
    body = json.dumps({"data": data_url(seven), "digit": digit})
    answer = client.post("/api/v1/inside", body, content_type="application/json")
    assert (answer.status_code, answer.json().get("code")) == expected


@pytest.mark.django_db
def test_an_origin_is_kept_up_to_200_characters(client: Client, seven: bytes, settings: Settings) -> None:
    for length in (199, 200, 201, 230):
        host = "a" * (length - len("http://.example")) + ".example"
        settings.ALLOWED_HOSTS = [host]
        origin = f"http://{host}"
        assert len(origin) == length
        answer = client.post(
            "/api/v1/identify",
            {"data": data_url(seven)},
            content_type="application/json",
            headers={"Host": host, "Origin": origin},
        )
        assert answer.status_code == 200
        assert open_store().newest(limit=1)[0].origin == origin[:200]


def of_scans(count: int) -> bytes:
    """A progressive JPEG with its last scan repeated until there are so many."""
    file = BytesIO()
    Image.new("L", (40, 40), 255).save(file, "JPEG", progressive=True)
    content, mark = file.getvalue(), b"\xff\xda"
    last = content[content.rindex(mark) : -2]
    return content[:-2] + last * (count - content.count(mark)) + content[-2:]


def test_a_jpeg_has_a_hundred_scans_at_most() -> None:
    assert decode(of_scans(100), max_pixels=10_000).media_type == "image/jpeg"
    with pytest.raises(NotAnImage):
        decode(of_scans(101), max_pixels=10_000)
