"""Errors that no view raises take the form of whoever asks: JSON for the API, a page for people."""

import pytest
from django.test import Client
from pytest_django import Settings

from history.visitors import SESSION_KEY


@pytest.mark.parametrize("path", ["/api/health", "/history/"])
def test_an_unknown_host_is_a_bad_request(client: Client, path: str) -> None:
    answer = client.get(path, SERVER_NAME="stranger.example")
    assert answer.status_code == 400
    if path.startswith("/api/"):
        assert answer.json()["code"] == "bad_request"


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
    client = Client(raise_request_exception=False)
    session = client.session
    session[SESSION_KEY] = "visitor"
    session.save()
    return client


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
def test_a_history_that_cannot_be_read_says_to_come_back(visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert b"/dev/null" not in answer.content
    if path.startswith("/api/"):
        assert answer.json()["code"] == "history_unavailable"
