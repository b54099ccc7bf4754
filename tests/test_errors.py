"""The form of errors that no view raises, and the effects of requests that fail."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from history.stores.base import StoreUnavailable
from history.stores.sqlite.store import SQLiteStore
from mnistsite.types import DomainError
from recognizer import errors, services
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits
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
    """The body of a client that falls silent in the middle of it."""

    def read(self, size: int | None = -1) -> bytes:
        raise TimeoutError("the client is silent")


def test_a_body_that_ends_before_its_length_is_incomplete(client: Client) -> None:
    body: Any = {"wsgi.input": Silent(), "CONTENT_LENGTH": "9"}
    answer = client.post("/api/v1/identify", content_type="application/json", **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_incomplete")


@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/x-www-form-urlencoded"])
def test_a_request_without_a_body_is_not_asked_for_its_length(client: Client, content_type: str) -> None:
    answer = client.generic("POST", "/api/v1/identify", CONTENT_TYPE=content_type)
    assert (answer.status_code, answer.json()["code"]) == (400, "required")


@pytest.mark.parametrize("path", ["/api/nothing", "/nothing", "/api/v1/recognitions/not-an-id/drawing"])
def test_an_unknown_address_is_not_found(client: Client, path: str) -> None:
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
def test_an_unexpected_error_is_answered_without_details(
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


OPEN_CODES = {"server_error", "not_stored", "label_not_kept", "not_deleted", "not_shared"}
"""Errors after which a request may have taken effect all the same."""


@pytest.fixture
def drawing(test_digits: Digits) -> dict[str, str]:
    return {"data": data_url(encoded(on_canvas(test_digits.images[0])))}


@pytest.fixture
def drawn(visitor: Client, drawing: dict[str, str]) -> str:
    """A stored drawing's address."""
    answer = visitor.post("/api/v1/identify", drawing, content_type="application/json")
    return f"/api/v1/recognitions/{answer.json()['id']}"


def fail_after(monkeypatch: pytest.MonkeyPatch, change: str, error: Exception) -> None:
    """Has the store change something, and then fail, as one whose answer comes too late."""
    done = getattr(SQLiteStore, change)

    def change_and_fail(*arguments: Any) -> None:
        done(*arguments)
        raise error

    monkeypatch.setattr(SQLiteStore, change, change_and_fail)


TOO_LATE = StoreUnavailable("it has not answered in time")


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "code"), [(TOO_LATE, "not_stored"), (ValueError(), "server_error")])
def test_a_drawing_may_be_stored_after_an_error(
    monkeypatch: pytest.MonkeyPatch, visitor: Client, drawing: dict[str, str], error: Exception, code: str
) -> None:
    fail_after(monkeypatch, "add_all", error)
    answer = visitor.post("/api/v1/identify", drawing, content_type="application/json")
    assert answer.json()["code"] == code
    assert code in OPEN_CODES
    assert len(visitor.get("/api/v1/recognitions").json()["recognitions"]) == 1


@pytest.mark.django_db
def test_a_label_may_be_saved_after_an_error_and_may_be_sent_again(
    monkeypatch: pytest.MonkeyPatch, visitor: Client, drawn: str
) -> None:
    with monkeypatch.context() as patch:
        fail_after(patch, "put_label", TOO_LATE)
        answer = visitor.put(f"{drawn}/label", {"text": "8"}, content_type="application/json")
        assert answer.json()["code"] == "label_not_kept"
    assert visitor.get(drawn).json()["label"]["text"] == "8"
    assert visitor.put(f"{drawn}/label", {"text": "8"}, content_type="application/json").status_code == 200
    assert visitor.get(drawn).json()["label"]["text"] == "8"


@pytest.mark.django_db
def test_sharing_may_change_after_an_error_and_may_be_changed_again(
    monkeypatch: pytest.MonkeyPatch, visitor: Client, drawn: str
) -> None:
    share = f"{drawn}/share"
    with monkeypatch.context() as patch:
        fail_after(patch, "put_share", TOO_LATE)
        answer = visitor.put(share, {"days": None}, content_type="application/json")
        assert answer.json()["code"] == "not_shared"
        url = visitor.get(share).json()["url"]
        assert visitor.delete(share).json()["code"] == "not_shared"
    assert visitor.get(share).status_code == 404
    assert visitor.delete(share).status_code == 204
    assert visitor.get(url).status_code == 404


@pytest.mark.django_db
def test_a_drawing_may_be_deleted_after_an_error_and_is_not_found_again(
    monkeypatch: pytest.MonkeyPatch, visitor: Client, drawn: str
) -> None:
    with monkeypatch.context() as patch:
        fail_after(patch, "delete", TOO_LATE)
        assert visitor.delete(drawn).json()["code"] == "not_deleted"
    assert visitor.delete(drawn).json()["code"] == "not_found"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/label", '{"text": "8"}'),
        ("PUT", "/share", '{"days": 7}'),
        ("DELETE", "/share", ""),
        ("DELETE", "", ""),
    ],
)
def test_nothing_is_changed_where_the_history_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, visitor: Client, drawn: str, method: str, path: str, body: str
) -> None:
    visitor.put(f"{drawn}/share", {"days": None}, content_type="application/json")
    shared = visitor.get(f"{drawn}/share").json()

    def fail(*_: Any) -> None:
        raise TOO_LATE

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteStore, "get", fail)
        answer = visitor.generic(method, drawn + path, body, content_type="application/json")
        assert answer.json()["code"] == "history_unavailable"
    assert visitor.get(drawn).json()["label"] is None
    assert visitor.get(f"{drawn}/share").json() == shared


OF_DRAWINGS = [
    error for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, DomainError) and error is not DomainError
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("error", OF_DRAWINGS)
@pytest.mark.parametrize("step", ["ink_of", "read"])
def test_a_drawing_that_is_refused_is_not_stored(
    monkeypatch: pytest.MonkeyPatch,
    visitor: Client,
    drawing: dict[str, str],
    step: str,
    error: type[DomainError],
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error(limit=1, digits=1)

    monkeypatch.setattr(services, step, refuse)
    answer = visitor.post("/api/v1/identify", drawing, content_type="application/json")
    assert answer.json()["code"] == error.code
    assert error.code not in OPEN_CODES
    assert visitor.get("/api/v1/recognitions").json()["recognitions"] == []
