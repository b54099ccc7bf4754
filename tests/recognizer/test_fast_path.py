"""The fast path answers as Django does: with the same status, headers and bytes."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from PIL import Image, ImageDraw
from pytest_django import Settings

from history.keeper import NotStored
from history.records import Record
from history.stores import open_store
from history.visitors import signer
from mnistsite.handler import Handler
from mnistsite.rate_limiter import RateLimiter
from mnistsite.types import DomainError
from recognizer import request_kinds
from recognizer.errors import Busy, NotReady
from recognizer.fast_path import FastPath
from recognizer.predictor import shared_predictor
from recognizer.request_kinds import RequestKinds
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits

FRIEND = "https://friend.example"
IDENTIFY, ORIGINAL, PREVIEW = "/api/v1/identify", "/api/mnist/identify", "/api/v1/preview"
STROKES = [[[10, 20.5, 30], [1e-7, 2, 3.25], [0, 16, 33]], [[5], [6], [7], [0.5], [18]]]
ONE_BY_ONE = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\"latency_ms\":[0-9.e-]+"
)
"""What differs between two responses to the same request."""


FAST_HEADERS = {
    "plain", "another content type", "visitor", "visitor in Chinese", "visitor by a chosen language",
    "own page on another port", "friend", "stranger", "without origin", "forwarded", "unknown header",
    "malformed cookies",
}  # fmt: skip
FAST_BODIES = {
    "a canvas", "grey", "RGB", "a palette", "two levels", "sixteen bits", "light on dark", "coloured",
    "transparent", "a number", "a scribble", "strokes", "no strokes", "null strokes", "other fields",
    "bare base64", "base64 in lines", "minus zero", "twice",
}  # fmt: skip
"""The others are Django's."""


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    content: bytes

    @property
    def comparable(self) -> "Answer":
        """Without what differs between two responses: ids, times, and a new visitor."""
        headers = [(name, value if name != "set-cookie" else value[:8]) for name, value in self.headers]
        content = ONE_BY_ONE.sub(b"", self.content)
        return Answer(self.status, sorted(each for each in headers if each[0] != "content-length"), content)


async def asked(
    handler: Handler,
    path: str,
    headers: dict[str, str],
    body: bytes,
    *,
    method: str = "POST",
    query: str = "",
) -> Answer:
    sent: list[dict[str, Any]] = []
    received = iter([{"type": "http.request", "body": body, "more_body": False}])
    given = {"host": "localhost:8000", "content-length": str(len(body)), **headers}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000),
    }

    async def receive() -> dict[str, Any]:
        return next(received)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await handler(scope, receive, send)
    start, *parts = sent
    decoded = [(name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"]]
    return Answer(start["status"], decoded, b"".join(part["body"] for part in parts))


@pytest.fixture(autouse=True)
def _origins(settings: Settings, transactional_db: None) -> None:
    settings.CORS_ALLOWED_ORIGINS = [FRIEND]


@pytest.fixture
def drawing(test_digits: Digits) -> bytes:
    return body(encoded(on_canvas(test_digits.images[0]).convert("RGBA")))


def body(content: bytes, **more: Any) -> bytes:
    return json.dumps({"data": data_url(content), **more}).encode()


def kinds_of_headers() -> dict[str, dict[str, str]]:
    staff = User.objects.create_superuser("ada")
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = (
        str(staff.pk),
        "django.contrib.auth.backends.ModelBackend",
    )
    session.save()
    cookie = signer().sign("visitor")
    with patch("django.core.signing.time.time", lambda: 1_700_000_000):
        old = signer().sign("visitor")
    own = {"origin": "http://localhost:8000"}
    return {
        "plain": {},
        "another content type": {"content-type": "text/plain", "user-agent": "a test", "accept": "text/html"},
        "visitor": {**own, "cookie": f"visitor={cookie}; csrftoken={'a' * 32}"},
        "visitor whose other cookie is malformed": {**own, "cookie": f"visitor={cookie}; csrftoken=abc"},
        "visitor in Chinese": {**own, "cookie": f"visitor={cookie}", "accept-language": "zh-CN,zh;q=0.9"},
        "visitor by a chosen language": {**own, "cookie": f"django_language=zh-hans; visitor={cookie}"},
        "visitor whose cookie is old": {**own, "cookie": f"visitor={old}"},
        "visitor of a forged cookie": {**own, "cookie": f"visitor={cookie}x"},
        "new visitor": own,
        "own page on another port": {"origin": "http://localhost:9000", "cookie": f"visitor={cookie}"},
        "friend": {"origin": FRIEND, "cookie": f"visitor={cookie}"},
        "stranger": {"origin": "https://stranger.example", "cookie": f"visitor={cookie}"},
        "without origin": {"cookie": f"visitor={cookie}"},
        "staff": {**own, "cookie": f"visitor={cookie}; sessionid={session.session_key}"},
        "wrong host": {"host": "evil.example"},
        "malformed host": {"host": "local_host:x"},
        "forwarded": {"x-forwarded-for": "10.0.0.1", "x-forwarded-proto": "https"},
        "unknown header": {"x-request-id": "1", "authorization": "Bearer abc"},
        "malformed cookies": {"cookie": 'visitor="; =; a;;'},
    }


def kinds_of_bodies(images: np.ndarray) -> dict[str, bytes]:
    canvas = on_canvas(images[0])
    plain = encoded(canvas.convert("RGBA"))
    wide = Image.new("L", (560, 200), 255)
    for i, image in enumerate(images[1:4]):
        wide.paste(on_canvas(image).resize((180, 180)), (180 * i, 10))
    faint = canvas.point(lambda level: 225 + level // 9)
    transparent = Image.new("RGBA", (280, 280), (0, 0, 0, 0))
    transparent.paste((0, 0, 0, 255), mask=canvas.point(lambda level: 255 - level))
    coloured = Image.merge("RGB", (canvas, canvas.point(lambda level: level // 2), canvas))
    scribble = Image.new("L", (280, 280), 255)
    pen = ImageDraw.Draw(scribble)
    for i in range(12):
        pen.line([(20 * i, 20), (280 - 20 * i, 260)], 0, 6)
    jpeg = BytesIO()
    canvas.save(jpeg, "JPEG")
    pictures = {
        "a canvas": plain,
        "grey": encoded(canvas),
        "RGB": encoded(canvas.convert("RGB")),
        "a palette": encoded(canvas.convert("P")),
        "two levels": encoded(canvas.convert("1")),
        "sixteen bits": encoded(Image.fromarray(np.asarray(canvas).astype(np.uint16) * 257)),
        "light on dark": encoded(canvas.point(lambda level: 255 - level)),
        "coloured": encoded(coloured),
        "transparent": encoded(transparent),
        "faint": encoded(faint),
        "a number": encoded(wide),
        "a scribble": encoded(scribble),
        "blank": encoded(Image.new("L", (280, 280), 255)),
        "one pixel": encoded(Image.new("L", (1, 1), 255)),
        "large": encoded(canvas.resize((1000, 1000))),
        "a JPEG": jpeg.getvalue(),
        "cut off": plain[:-200],
        "damaged": plain[:100] + bytes([plain[100] ^ 1]) + plain[101:],
        "no picture": b"no picture",
    }
    url = data_url(plain)
    texts: dict[str, Any] = {
        "strokes": {"data": url, "strokes": STROKES},
        "no strokes": {"data": url, "strokes": []},
        "null strokes": {"data": url, "strokes": None},
        "bad strokes": {"data": url, "strokes": [[[1, 2], [3]]]},
        "strokes of booleans": {"data": url, "strokes": [[[True], [1]]]},
        "strokes that are too large": {"data": url, "strokes": [[[1e10], [1]]]},
        "strokes of large integers": {"data": url, "strokes": [[[10**30], [1]]]},
        "too many strokes": {"data": url, "strokes": [[[1], [1]]] * 501},
        "an empty stroke": {"data": url, "strokes": [[[], []]]},
        "other fields": {"data": url, "digit": 3, "x": {"y": [1]}},
        "bare base64": {"data": url.partition(",")[2]},
        "base64 in lines": {"data": re.sub(r"(.{76})", r"\1\r\n", url)},
        "base64 with a letter too many": {"data": url + "A"},
        "base64 without its end": {"data": url.rstrip("=")[:-1]},
        "not base64": {"data": "data:image/png;base64,äöü"},
        "no data": {"strokes": STROKES},
        "null data": {"data": None},
        "empty data": {"data": ""},
        "data of another type": {"data": [1]},
        "a list": [url],
        "a text": url,
    }
    raw = {
        "no JSON": b"{",
        "nothing": b"",
        "NaN": b'{"data": "", "strokes": [[[NaN], [1]]]}',
        "minus zero": b'{"data": "' + url.encode() + b'", "strokes": [[[-0, -0.0], [1, 1E2]]]}',
        "twice": b'{"data": "x", "data": "' + url.encode() + b'"}',
        "UTF-16": json.dumps({"data": url}).encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + json.dumps({"data": url}).encode(),
        "not UTF-8": b'{"data": "\xff"}',
        "half a pair": b'{"data": "\\ud800"}',
        "deep": b'{"data": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        "a large body": json.dumps({"data": url, "more": "a" * 70_000}).encode(),
    }
    return {
        **{name: body(content) for name, content in pictures.items()},
        **{name: json.dumps(text).encode() for name, text in texts.items()},
        **raw,
    }


class Ways:
    """Both ways, each with a handler that lives as long as a block."""

    def __init__(self, settings: Settings) -> None:
        self._runner = asyncio.Runner()
        self._handlers = {}
        for way, name in (("fast", f"{__name__}.{Counting.__name__}"), ("django", "")):
            settings.FAST_PATH = name
            self._handlers[way] = Handler()

    def ask(self, way: str, path: str, headers: dict[str, str], content: bytes, **line: str) -> Answer:
        Counting.answered = 0
        return self._runner.run(asked(self._handlers[way], path, headers, content, **line))

    @property
    def kinds(self) -> RequestKinds:
        """Those that the fast path remembers."""
        fast_path = self._handlers["fast"]._fast_path
        assert isinstance(fast_path, FastPath)
        return fast_path._kinds

    def close(self) -> None:
        self._runner.close()


class Counting(FastPath):
    """Counts what it does not hand back."""

    answered = 0

    async def respond(self, scope: dict[str, Any], body: bytes) -> list[dict[str, Any]] | None:
        messages = await super().respond(scope, body)
        Counting.answered += messages is not None
        return messages


@pytest.fixture
def ways(settings: Settings) -> Iterator[Ways]:
    shared_predictor().version  # noqa: B018 -- waits until it is loaded: until then, all is Django's
    found = Ways(settings)
    yield found
    found.close()


def newest() -> dict[str, Any]:
    """The newest record, without what differs."""
    found = open_store().newest(limit=1)
    if not found:
        return {}
    record: Record = open_store().get(found[0].id)
    names = ("drawing", "strokes", "inputs", "digits", "model", "origin")
    visitor = record.visitor if record.visitor in {"", "visitor"} else "new"
    return {"visitor": visitor, **{name: getattr(record, name) for name in names}}


def test_every_form_of_request_is_answered_alike(ways: Ways, test_digits: Digits) -> None:
    """More than a thousand; each is stored alike, or by neither way."""
    bodies, headers = kinds_of_bodies(test_digits.images), kinds_of_headers()
    was_fast = set()
    forms = [(path, kind, name) for path in (IDENTIFY, PREVIEW) for kind in headers for name in bodies]
    assert len(forms) > 1000
    for path, kind, name in forms:
        stored: dict[str, Any] = {}
        answers: dict[str, Answer] = {}
        for way in ("django", "fast"):
            answers[way] = ways.ask(way, path, headers[kind], bodies[name])
            stored[way] = newest()
        if Counting.answered:
            was_fast.add((path, kind, name))
        form = f"{path}, {kind}, {name}"
        fast, django = (answers[way].comparable for way in ("fast", "django"))
        assert set(fast.headers) ^ set(django.headers) == set(), (form, fast, django)
        assert fast == django, form
        assert json.dumps(stored["fast"], default=repr) == json.dumps(stored["django"], default=repr), form
    usual = FAST_HEADERS | {"new visitor", "visitor of a forged cookie"}  # A preview needs no visitor.
    assert was_fast == {(IDENTIFY, kind, name) for kind in FAST_HEADERS for name in FAST_BODIES} | {
        (PREVIEW, kind, name) for kind in usual for name in FAST_BODIES
    }


def test_the_original_path_is_fast_too(ways: Ways, drawing: bytes) -> None:
    answers = [ways.ask(way, ORIGINAL, {}, drawing) for way in ("django", "fast")]
    assert answers[0].comparable == answers[1].comparable
    assert Counting.answered == 1


@pytest.mark.parametrize(("method", "query"), [("GET", ""), ("PUT", ""), ("POST", "a=1"), ("OPTIONS", "")])
def test_other_methods_and_queries_are_djangos(ways: Ways, drawing: bytes, method: str, query: str) -> None:
    answers = [
        ways.ask(way, PREVIEW, {}, drawing, method=method, query=query).comparable
        for way in ("django", "fast")
    ]
    assert answers[0] == answers[1]
    assert Counting.answered == 0


def test_rate_limits_count_alike(
    ways: Ways, settings: Settings, drawing: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the fast path, too, a client gets its allowance told, and is refused when it has used that."""
    settings.RATE_LIMIT = 40  # In units; a browser has half of it.
    monkeypatch.setattr("mnistsite.rate_limits.WINDOW_S", 100_000)
    monkeypatch.setattr("mnistsite.rate_limits.UNIT_CPU_S", 10)  # A slow machine costs nothing more.
    cookie = {"cookie": f"visitor={signer().sign('visitor')}"}
    told: dict[str, list[tuple[int, str]]] = {}
    for way in ("django", "fast"):
        with patch("mnistsite.rate_limits.limiter", RateLimiter()), patch("mnistsite.handler.HEAVY_SHARE", 2):
            answers = [ways.ask(way, PREVIEW, cookie, drawing) for _ in range(21)]
        told[way] = [(each.status, dict(each.headers)["ratelimit"].partition(";t=")[0]) for each in answers]
        assert dict(answers[0].headers)["ratelimit-policy"] == '"default";q=20;w=100000'
    assert [status for status, _ in told["fast"]] == [200] * 20 + [429]
    assert told["fast"] == told["django"]


def test_a_drawing_that_takes_long_costs_more(
    ways: Ways, settings: Settings, drawing: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMIT = 40
    monkeypatch.setattr("recognizer.fast_path.INPUT_CPU_S", 0.05)  # Ten units of 5 ms.
    with patch("mnistsite.rate_limits.limiter", RateLimiter()):
        answer = ways.ask("fast", PREVIEW, {}, drawing)
    assert Counting.answered == 1
    left = re.findall(r"r=(\d+);", dict(answer.headers)["ratelimit"])
    assert 9 < int(*left) < 30


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("recognizer.predictor.Predictor.submit", Busy),
        ("recognizer.predictor.Predictor.submit", NotReady),
        ("history.keeper._store", NotStored),
    ],
)
def test_what_fails_later_is_told_alike(
    ways: Ways, drawing: bytes, step: str, error: type[DomainError], language: str
) -> None:
    headers = {"accept-language": language}
    assert ways.ask("fast", IDENTIFY, headers, drawing).status == 200
    failure = (
        {"return_value": [error()]} if error is NotStored else {"side_effect": lambda *_, **__: raised(error)}
    )
    with patch(step, **failure):
        answers = [ways.ask(way, IDENTIFY, headers, drawing).comparable for way in ("django", "fast")]
    assert Counting.answered == 1
    assert answers[0] == answers[1]
    assert answers[0].status == 503


def test_a_mistake_is_told_alike_and_is_not_repeated(ways: Ways, drawing: bytes) -> None:
    """The drawing may be stored, so Django must not get the request after the fast path."""
    answers = {}
    for way in ("django", "fast"):
        with patch("history.keeper._store", side_effect=ValueError("a mistake")) as store:
            answers[way] = ways.ask(way, IDENTIFY, {"origin": FRIEND}, drawing)
        assert store.call_count == 1
    assert (answers["fast"].status, json.loads(answers["fast"].content)["code"]) == (500, "server_error")
    assert answers["fast"].comparable == answers["django"].comparable


def raised(error: type[Exception]) -> None:
    raise error()


def test_a_full_fast_path_refuses(ways: Ways, drawing: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recognizer.fast_path.MAX_REQUESTS", 0)
    answer = ways.ask("fast", IDENTIFY, {}, drawing)
    assert (answer.status, json.loads(answer.content)["code"]) == (503, "busy")
    assert dict(answer.headers)["retry-after"] == "1"


def test_a_kind_of_requests_is_found_out_again_after_a_while(
    ways: Ways, drawing: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cookie that becomes old is renewed, although its kind is remembered."""
    headers = {"origin": "http://localhost:8000", "cookie": f"visitor={signer().sign('visitor')}"}
    assert "set-cookie" not in dict(ways.ask("fast", IDENTIFY, headers, drawing).headers)
    week_s = 7 * 24 * 3600 + 1
    later_s, monotonic_s = time.time() + week_s, time.monotonic() + week_s
    monkeypatch.setattr("django.core.signing.time.time", lambda: later_s)
    assert "set-cookie" not in dict(ways.ask("fast", IDENTIFY, headers, drawing).headers)
    monkeypatch.setattr(request_kinds, "time", SimpleNamespace(monotonic=lambda: monotonic_s))
    assert "set-cookie" in dict(ways.ask("fast", IDENTIFY, headers, drawing).headers)


def test_kinds_are_bounded(ways: Ways, drawing: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_kinds, "KINDS", 3)
    for i in range(9):
        assert ways.ask("fast", PREVIEW, {"x-request-id": str(i)}, drawing).status == 200
    assert len(ways.kinds._kinds) == 3
    many = {f"x-{i}": "a" * 99 for i in range(50)}
    assert ways.ask("fast", PREVIEW, many, drawing).status == 200
    assert Counting.answered == 0
