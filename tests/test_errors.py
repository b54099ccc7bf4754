"""Errors that no view raises take the form of whoever asks: JSON for the API, a page for people."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.history.visitors import with_visitor


@pytest.mark.parametrize("path", ["/api/health", "/history/"])
def test_an_unknown_host_is_a_bad_request(client: Client, path: str) -> None:
    answer = client.get(path, SERVER_NAME="stranger.example")
    assert answer.status_code == 400
    if path.startswith("/api/"):
        assert answer.json()["code"] == "bad_request"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_the_machine_itself_may_always_ask(client: Client, name: str) -> None:
    assert client.get("/api/nothing", SERVER_NAME=name).status_code == 404


class Silent(BytesIO):
    """What a server hands over as the body of a client that falls silent in the middle of it."""

    def read(self, size: int | None = -1) -> bytes:
        raise TimeoutError("the client is silent")


def test_a_body_that_ends_before_its_length_is_said(client: Client) -> None:
    body: Any = {"wsgi.input": Silent(), "CONTENT_LENGTH": "9"}
    answer = client.post("/api/v1/identify", content_type="application/json", **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_incomplete")


@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/x-www-form-urlencoded"])
def test_a_request_without_a_body_is_not_asked_for_its_length(client: Client, content_type: str) -> None:
    answer = client.generic("POST", "/api/v1/identify", CONTENT_TYPE=content_type)
    assert (answer.status_code, answer.json()["code"]) == (400, "required")


@pytest.mark.parametrize("path", ["/api/nothing", "/nothing", "/api/v1/recognitions/not-an-id/drawing"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    if path.startswith("/api/"):
        assert answer.json()["code"] == "not_found"
    else:
        assert answer.headers["Content-Type"].startswith("text/html")


@pytest.fixture
def visitor() -> Client:
    return with_visitor(Client(raise_request_exception=False), "visitor")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/recognitions", "/history/"])
def test_what_breaks_is_answered_and_says_nothing_of_the_inside(
    visitor: Client, settings: Settings, path: str
) -> None:
    settings.HISTORY_STORES = {"embedded": {"BACKEND": "no.such.module", "OPTIONS": {}}}
    answer = visitor.get(path)
    assert answer.status_code == 500
    assert b"no.such.module" not in answer.content
    if path.startswith("/api/"):
        assert answer.json()["code"] == "server_error"


@pytest.mark.django_db
@pytest.mark.usefixtures("failing_history")
@pytest.mark.parametrize("path", ["/api/v1/recognitions", "/history/"])
def test_a_history_that_cannot_be_read_says_to_come_back(
    visitor: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 503
    assert b"/dev/null" not in answer.content
    assert "The history cannot be read: /dev/null/history.sqlite3" in caplog.text
    assert answer.headers["Retry-After"] == "5"
    if path.startswith("/api/"):
        assert answer.json()["code"] == "history_unavailable"
