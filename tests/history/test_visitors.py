"""When somebody becomes a visitor whose drawings are theirs to see."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from history.stores import open_store
from history.visitors import RENEW_AFTER_S, RENEWED_KEY
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


def draw(client: Client, digits: Digits, **headers: str) -> None:
    body = {"data": data_url(encoded(on_canvas(digits.images[0])))}
    answer = client.post("/api/v1/identify", body, content_type="application/json", headers=headers)
    assert answer.status_code == 200


def test_who_draws_on_the_page_sees_it_afterwards(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    draw(client, test_digits, Origin=HOST)
    assert len(client.get("/history/").context["rows"]) == 2
    assert Session.objects.count() == 1


def test_two_browsers_are_two_visitors(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    other = Client()
    draw(other, test_digits, Origin=HOST)
    assert len(other.get("/history/").context["rows"]) == 1


def test_a_plain_api_client_costs_no_session(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits)
    draw(client, test_digits, Origin="https://stranger.example")
    assert not client.cookies
    assert Session.objects.count() == 0


def test_a_strangers_page_draws_in_nobodys_name(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    for origin in ("https://stranger.example", "null"):
        draw(client, test_digits, Origin=origin)
    assert len(client.get("/history/").context["rows"]) == 1


def test_who_comes_back_keeps_the_session_alive(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    session = Session.objects.get()
    almost_over = timezone.now() + timedelta(days=1)
    Session.objects.update(expire_date=almost_over)
    draw(client, test_digits, Origin=HOST)
    session.refresh_from_db()
    assert session.expire_date == almost_over  # Not each drawing costs a write.
    store = client.session
    store[RENEWED_KEY] -= RENEW_AFTER_S
    store.save()
    Session.objects.update(expire_date=almost_over)
    draw(client, test_digits, Origin=HOST)
    session.refresh_from_db()
    assert session.expire_date > almost_over + timedelta(days=100)
    assert len(client.get("/history/").context["rows"]) == 3


def test_a_session_that_cannot_be_saved_keeps_no_drawing(test_digits: Digits, settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.file"
    settings.SESSION_FILE_PATH = "/dev/null/sessions"
    client = Client(raise_request_exception=False)
    body = {"data": data_url(encoded(on_canvas(test_digits.images[0])))}
    answer = client.post("/api/v1/identify", body, content_type="application/json", headers={"Origin": HOST})
    assert answer.status_code == 500
    assert open_store().newest(limit=1) == []


def test_looking_at_the_page_costs_no_session(client: Client) -> None:
    client.get("/")
    assert Session.objects.count() == 0


def test_a_page_of_an_allowed_origin_has_visitors_too(
    client: Client, test_digits: Digits, settings: Settings
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    draw(client, test_digits, Origin="https://friend.example")
    assert "sessionid" in client.cookies
