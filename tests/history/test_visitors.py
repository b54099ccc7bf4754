"""Visitors' sessions: their beginning, their renewal, and the clients that get none."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from history.stores import open_store
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


def draw(client: Client, digits: Digits, **headers: str) -> None:
    body = {"data": data_url(encoded(on_canvas(digits.images[0])))}
    answer = client.post("/api/v1/identify", body, content_type="application/json", headers=headers)
    assert answer.status_code == 200


def test_a_visitor_sees_a_drawing_made_on_the_page(client: Client, test_digits: Digits) -> None:
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


STRANGERS = (
    "https://stranger.example",
    "null",
    "http://eviltestserver",
    "http://evil.testserver",
    "http://testserver.evil.example",
    "http://testserver@evil.example",
    "http://evil.example/testserver",
    "http://testserver:8000",
    "http://testserver/",
    "testserver",
    "://testserver",
    "ftp://testserver",
    "evil://testserver",
    "https://evil.example://testserver",
)


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_drawing_from_a_foreign_origin_has_no_visitor(
    client: Client, test_digits: Digits, origin: str
) -> None:
    """Its origin gets no list either: clients could invent any number of origins."""
    draw(client, test_digits, Origin=HOST)
    draw(client, test_digits, Origin=origin)
    (drawn,) = client.get("/history/").context["rows"]
    nobody_s, mine = open_store().newest(limit=3)
    assert (mine.id, mine.origin) == (drawn.record.id, HOST)
    assert (nobody_s.visitor, nobody_s.origin) == ("", "")
    assert open_store().values("origin", limit=9) == ["", HOST]


def test_the_site_s_own_origin_may_be_https(client: Client, test_digits: Digits) -> None:
    """A proxy may use HTTPS without a header about it."""
    draw(client, test_digits, Origin="https://testserver")
    assert [row.record.origin for row in client.get("/history/").context["rows"]] == ["https://testserver"]


def renewed_ago(client: Client, **ago: float) -> None:
    """Move the session's renewal into the past, and its end near."""
    session = client.session
    session["renewed"] = time.time() - timedelta(**ago).total_seconds()
    session.save()
    almost_over()


def almost_over() -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))


def days_left() -> int:
    return (Session.objects.get().expire_date - timezone.now() + timedelta(minutes=1)).days


def test_a_session_lasts_180_days(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    assert days_left() == 180
    assert client.cookies["sessionid"]["max-age"] == 15_552_000


def test_a_session_is_renewed_after_a_week(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    renewed_ago(client, days=6, hours=23)
    draw(client, test_digits, Origin=HOST)
    assert days_left() == 1  # Not each drawing costs a write.
    renewed_ago(client, days=7)
    draw(client, test_digits, Origin=HOST)
    assert days_left() == 180
    almost_over()
    draw(client, test_digits, Origin=HOST)
    assert days_left() == 1
    assert len(client.get("/history/").context["rows"]) == 4


@pytest.fixture
def site_database_that_takes_nothing() -> Iterator[None]:
    """It can be read, and every write to it fails."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        yield
        cursor.execute("PRAGMA query_only = OFF")


@pytest.mark.usefixtures("site_database_that_takes_nothing")
def test_a_drawing_is_not_stored_if_its_session_cannot_be_saved(test_digits: Digits) -> None:
    client = Client()
    body = {"data": data_url(encoded(on_canvas(test_digits.images[0])))}
    answer = client.post("/api/v1/identify", body, content_type="application/json", headers={"Origin": HOST})
    assert (answer.status_code, answer.json()["code"]) == (503, "not_stored")
    assert answer.headers["Retry-After"] == "5"
    assert open_store().newest(limit=1) == []
    draw(client, test_digits)  # A client without a session can still draw.
    assert [record.visitor for record in open_store().newest(limit=2)] == [""]


def test_a_drawing_is_not_stored_if_its_session_ends_meanwhile(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    renewed_ago(client, days=8)

    def end(sender: type[Session], instance: Session, **_: object) -> None:
        """As if another request logged out at this moment."""
        sender.objects.filter(pk=instance.pk).delete()

    body = {"data": data_url(encoded(on_canvas(test_digits.images[0])))}
    pre_save.connect(end, sender=Session)
    try:
        answer = client.post(
            "/api/v1/identify", body, content_type="application/json", headers={"Origin": HOST}
        )
    finally:
        pre_save.disconnect(end, sender=Session)
    assert (answer.status_code, answer.json()["code"]) == (503, "not_stored")
    assert len(open_store().newest(limit=2)) == 1


def test_opening_the_page_creates_no_session(client: Client) -> None:
    client.get("/")
    assert Session.objects.count() == 0


def test_pages_of_an_allowed_origin_have_visitors(
    client: Client, test_digits: Digits, settings: Settings
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    draw(client, test_digits, Origin="https://friend.example")
    assert "sessionid" in client.cookies
