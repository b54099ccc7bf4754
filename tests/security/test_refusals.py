"""Refused requests get a page, or JSON in the API, with the headers of any other response."""

import asyncio
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import Mock, patch

import pytest
import requests
from django.template.loader import render_to_string
from pytest_django import Settings

from mnistsite import handler, refusals
from mnistsite.handler import Handler
from mnistsite.rate_limiter import RateLimiter
from mnistsite.rate_limits import spend, used_share
from mnistsite.refusals import refusal_handler
from tests.conftest import running_site
from tests.security.test_clients import Client

FRIEND = "https://friend.example"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
OF_ITS_CONTENT = {
    "Allow", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "RateLimit",
    "RateLimit-Policy", "Set-Cookie", "Vary",
}  # fmt: skip
"""Headers that a response has because of what it answers."""


class Asked(NamedTuple):
    path: str
    headers: dict[str, str] = {}
    method: str = "GET"

    def of(self, url: str) -> requests.Response:
        return requests.request(self.method, url + self.path, headers=self.headers, timeout=30)


API = Asked("/api/v1/recognitions", {"Origin": FRIEND})
PAGE = Asked("/history/", {"Accept": BROWSER})
REFUSED = {
    "page": PAGE,
    "page in Chinese": Asked("/", {"Accept": BROWSER, "Accept-Language": "zh-CN,zh;q=0.9"}),
    "page in the chosen language": Asked(
        "/", {"Accept": BROWSER, "Accept-Language": "en", "Cookie": "django_language=zh-hans"}
    ),
    "text": Asked("/history/"),
    "API": API,
    "API in Chinese": Asked("/api/v1/recognitions", {"Accept-Language": "zh-CN"}),
    "API for a stranger": Asked("/api/v1/recognitions", {"Origin": "https://stranger.example"}),
    "page for a friend": Asked("/history/", {"Origin": FRIEND, "Accept": BROWSER}),
    "preflight": Asked("/api/v1/identify", {"Origin": FRIEND, **PREFLIGHT}, "OPTIONS"),
    "preflight of a stranger": Asked(
        "/api/v1/identify", {"Origin": "https://stranger.example", **PREFLIGHT}, "OPTIONS"
    ),
}
Answers = dict[str, requests.Response]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Those that a site gives while this machine has used its limit, a single request in ten seconds.

    And before, a usual page and a usual response of the API.
    """
    state = tmp_path_factory.mktemp("refusing")
    with (
        running_site(state, MNIST_SERVER_CORS_ORIGINS=FRIEND, MNIST_SERVER_RATE_LIMIT="1") as site,
        ThreadPoolExecutor(len(REFUSED)) as threads,
    ):
        found = {
            f"usual {name}": until_allowed(asked, site.url) for name, asked in (("page", PAGE), ("API", API))
        }
        found |= zip(REFUSED, threads.map(lambda asked: asked.of(site.url), REFUSED.values()), strict=True)
    return found


def until_allowed(asked: Asked, url: str) -> requests.Response:
    deadline = time.monotonic() + 30
    while (answer := asked.of(url)).status_code == 429:
        assert time.monotonic() < deadline
    assert answer.status_code == 200
    return answer


def test_a_browser_gets_a_page_in_its_language(answers: Answers) -> None:
    english, chinese = answers["page"], answers["page in Chinese"]
    assert (english.status_code, english.headers["Retry-After"]) == (429, "1")
    assert english.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>Too many requests</h1>" in english.text
    assert "Please try again in a few seconds." in english.text
    assert '<html lang="zh-hans">' in chinese.text
    assert "请求过于频繁，请过几秒再试。" in chinese.text
    assert answers["page in the chosen language"].text == chinese.text
    assert {"Accept", "Accept-Language"} <= set(english.headers["Vary"].split(", "))


def test_the_page_has_nothing_of_another_client_s_request(answers: Answers) -> None:
    assert "<form" not in answers["page"].text  # It would need the visitor's token.
    assert "Set-Cookie" not in answers["page"].headers


def test_other_clients_get_text(answers: Answers) -> None:
    assert answers["text"].text == "Too many requests. Please try again in a few seconds."
    assert answers["text"].headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("name", ["page", "API"])
def test_refusals_have_the_headers_of_other_responses(answers: Answers, name: str) -> None:
    usual, refused = answers[f"usual {name}"], answers[name]
    assert refused.status_code == 429
    expected = {key: value for key, value in usual.headers.items() if key not in OF_ITS_CONTENT}
    assert "Content-Security-Policy" in expected
    assert expected.items() <= dict(refused.headers).items()
    assert "Strict-Transport-Security" not in refused.headers


def leave(answer: requests.Response) -> set[str]:
    return {name.lower() for name in answer.headers if name.lower().startswith("access-control-")}


def test_a_page_of_an_allowed_origin_can_read_the_error(answers: Answers) -> None:
    refused = answers["API"]
    assert refused.json()["code"] == "too_many_requests"
    assert refused.headers["Access-Control-Allow-Origin"] == FRIEND
    assert refused.headers["Access-Control-Allow-Credentials"] == "true"
    assert answers["API in Chinese"].json()["detail"] == "请求过于频繁，请过几秒再试。"
    preflight = answers["preflight"]
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == FRIEND
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("name", ["API for a stranger", "page for a friend", "preflight of a stranger"])
def test_no_other_page_can(answers: Answers, name: str) -> None:
    assert leave(answers[name]) == set()


def test_a_site_with_too_much_to_do_answers_in_the_same_way(tmp_path: Path) -> None:
    """The requests of one address wait for one thread, and few may wait."""
    with running_site(
        tmp_path, WEB_CONCURRENCY="1", MNIST_SERVER_CORS_ORIGINS=FRIEND, MNIST_SERVER_RATE_LIMIT="1000000"
    ) as site:
        for path in ("/history/", "/api/v1/recognitions"):
            crowd = [
                http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=30) for _ in range(150)
            ]
            for client in crowd:
                client.connect()
            for client in crowd:
                client.request("GET", path, headers={"Accept": BROWSER, "Origin": FRIEND})
            answers = [client.getresponse() for client in crowd]
            refused = next(answer for answer in answers if answer.status == 503)
            content = refused.read().decode()
            for client in crowd:
                client.close()
            assert refused.headers["Retry-After"] == "1"
            assert "Content-Security-Policy" in refused.headers
            if path.startswith("/api/"):
                assert json.loads(content)["code"] == "busy"
                assert refused.headers["Access-Control-Allow-Origin"] == FRIEND
            else:
                assert "<h1>Temporarily unavailable</h1>" in content
                assert "The site has too much to do. Please try again." in content


# The handler alone.


@pytest.fixture
def refusing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The address 192.0.2.1 has used its limit."""
    monkeypatch.setattr("mnistsite.rate_limits.limiter", RateLimiter())
    monkeypatch.setattr(handler, "REFUSAL_DELAY_S", 0.0)
    settings.RATE_LIMIT = 1
    spend("address 192.0.2.1", 1, 1)
    return settings


def ask(client: Client) -> Client:
    refusal_handler.cache_clear()  # Its middlewares keep the settings of an earlier test.
    return asyncio.run(client.ask(Handler()))


def test_a_page_is_rendered_once_for_each_language(
    refusing: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals._page.cache_clear()
    rendering = Mock(wraps=render_to_string)
    monkeypatch.setattr("mnistsite.refusals.render_to_string", rendering)
    for language in ("en", "zh-hans", "en-GB", "zh-CN", "fr", "tlh") * 3:
        refused = ask(Client("/nothing", accept=BROWSER, accept_language=language))
        assert refused.status == 429
        assert b"</html>" in refused.sent[1]["body"]
    assert rendering.call_count == 2


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_refusal_has_its_length(refusing: Settings, method: str) -> None:
    client = Client("/", accept=BROWSER)
    client.scope["method"] = method
    start, body = ask(client).sent
    length = int(dict(start["headers"])[b"Content-Length"])
    assert length > 1_000
    assert len(body["body"]) == (0 if method == "HEAD" else length)


def test_requests_that_django_cannot_read_are_refused_without_a_traceback(refusing: Settings) -> None:
    refusing.SECURE_SSL_REDIRECT = True
    client = Client("/")
    client.scope["headers"] = [(b"host", b"stranger.example")]
    assert ask(client).status == 400
    client = Client("/")
    client.scope["query_string"] = b"\xff"
    assert ask(client).status == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 301),
        ({"headers": [(b"host", b"stranger.example")]}, 400),
        ({"query_string": b"\xff"}, 400),
    ],
)
def test_requests_that_other_middlewares_answer_are_counted(
    refusing: Settings, changes: dict[str, Any], status: int
) -> None:
    """A redirect to HTTPS, and requests for another host or in no encoding."""
    refusing.SECURE_SSL_REDIRECT = True
    refusing.RATE_LIMIT = 3

    def answer() -> int:
        client = Client("/", address="192.0.2.3")
        client.scope.update(changes)
        return ask(client).status

    assert [answer() for _ in range(3)] == [status] * 3
    assert used_share("192.0.2.3") == 1


@pytest.mark.django_db
def test_each_request_is_counted_once(refusing: Settings) -> None:
    refusing.RATE_LIMIT = 4
    targets = ("/static/nothing", "/api/v1/nothing", "/history")  # The last one is redirected.
    for number, target in enumerate(targets):
        address = f"192.0.2.{10 + number}"
        with patch("mnistsite.cpu_time.used_s", return_value=0.0):
            assert ask(Client(target, address=address)).status in (301, 404)
        assert used_share(address) == 0.25


def test_a_refusal_that_a_thread_makes_is_delayed_too(
    refusing: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of a static file that does not exist, and that of a browser, without asking the database."""
    monkeypatch.setattr(handler, "REFUSAL_DELAY_S", 0.5)
    started = time.monotonic()
    assert ask(Client("/static/nothing", cookie="sessionid=" + "a" * 32)).status == 429
    assert time.monotonic() - started >= 0.5
    refusing.RATE_LIMIT = 10
    spend("browser b", 5, 5)
    started = time.monotonic()
    assert ask(Client("/history/", address="192.0.2.5", cookie="visitor=b")).status == 429
    assert time.monotonic() - started >= 0.5


def test_a_refusal_of_the_api_tells_what_is_left(refusing: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = dict(ask(Client("/api/v1/recognitions")).sent[0]["headers"])
    assert (headers[b"RateLimit-Policy"], headers[b"RateLimit"]) == (
        b'"default";q=1;w=10',
        b'"default";r=0;t=10',
    )
    assert b"RateLimit" not in dict(ask(Client("/history/")).sent[0]["headers"])
    monkeypatch.setattr(handler.Lane, "run", Mock(side_effect=handler.LaneFull))
    busy = ask(Client("/api/v1/recognitions", address="192.0.2.6"))
    assert busy.status == 503
    assert dict(busy.sent[0]["headers"])[b"RateLimit"] == b'"default";r=1;t=0'
    refusing.RATE_LIMIT = 0
    busy = ask(Client("/api/v1/recognitions"))
    assert b"RateLimit" not in dict(busy.sent[0]["headers"])
